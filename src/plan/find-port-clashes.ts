/** One network has one owner per port (design D8). */
import type { Locate } from '../compose/project.js';
import type { Problem } from '../problems.js';
import type { Member, MemberPort } from './plan.js';
import { planProblems } from './plan-problems.js';

interface Claim extends MemberPort {
  readonly service: string;
}

/** Two claims with evidence clash; where an image's EXPOSE is the only evidence on one side, it is a warning. */
export function findPortClashes(
  members: readonly Pick<Member, 'service' | 'ports'>[],
  locate: Locate,
): readonly Problem[] {
  const owners = new Map<string, Claim>();
  return members
    .flatMap(({ service, ports }) => ports.map((port): Claim => ({ ...port, service })))
    .flatMap((second) => {
      const key = `${second.port}/${second.protocol}`;
      const first = owners.get(key);
      if (first === undefined) owners.set(key, second);
      return first === undefined ? [] : [clash(first, second, locate)];
    });
}

function clash(first: Claim, second: Claim, locate: Locate): Problem {
  const port = second.protocol === 'udp' ? `${second.port}/udp` : String(second.port);
  const at = locate(['services', second.service, keyOf(second)]);
  const isSure = first.evidence !== 'image' && second.evidence !== 'image';
  return isSure
    ? planProblems.PORT_CLASH(first.service, second.service, port, at)
    : planProblems.PORT_MAYBE(first.service, second.service, port, at);
}

function keyOf(claim: Claim): string {
  return { published: 'ports', expose: 'expose', 'x-bundle': 'x-bundle', url: 'image', image: 'image' }[
    claim.evidence
  ];
}
