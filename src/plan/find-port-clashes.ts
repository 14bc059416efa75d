/** One network has one owner per port (design D8). */
import type { Locate } from '../compose/project.js';
import type { Problem } from '../problems.js';
import type { Member, MemberPort } from './plan.js';
import { planProblems } from './plan-problems.js';
import { portRanges } from './port-ranges.js';

interface Claim extends MemberPort {
  readonly service: string;
}

/** Two claims with evidence clash; where an image's EXPOSE is the only evidence on one side, it is a warning. */
export function findPortClashes(
  members: readonly Pick<Member, 'service' | 'ports'>[],
  locate: Locate,
): readonly Problem[] {
  const owners = new Map<string, Claim>();
  const sureOwners = new Map<string, Claim>();
  const clashes = members
    .flatMap(({ service, ports }) => ports.map((port): Claim => ({ ...port, service })))
    .flatMap((second): Clash[] => {
      const key = `${second.port}/${second.protocol}`;
      const first = (isSureClaim(second) ? sureOwners.get(key) : undefined) ?? owners.get(key);
      if (first === undefined) owners.set(key, second);
      if (isSureClaim(second) && !sureOwners.has(key)) sureOwners.set(key, second);
      return first === undefined ? [] : [{ first, second }];
    });
  return [...alike(clashes).values()].flatMap((some) => problemsOf(some, locate));
}

interface Clash {
  readonly first: Claim;
  readonly second: Claim;
}

/** Those that are told in one way: a range of ports is as few problems as texts. */
function alike(clashes: readonly Clash[]): ReadonlyMap<string, readonly Clash[]> {
  const found = new Map<string, Clash[]>();
  for (const clash of clashes) {
    const { first, second } = clash;
    const key = JSON.stringify([
      first.service,
      second.service,
      second.protocol,
      isSure(clash),
      keyOf(second),
    ]);
    const same = found.get(key) ?? [];
    same.push(clash);
    found.set(key, same);
  }
  return found;
}

function isSure({ first, second }: Clash): boolean {
  return isSureClaim(first) && isSureClaim(second);
}

function isSureClaim({ evidence }: Claim): boolean {
  return evidence !== 'image';
}

function problemsOf(clashes: readonly Clash[], locate: Locate): readonly Problem[] {
  const [one] = clashes;
  if (one === undefined) return [];
  const { first, second } = one;
  const at = locate(['services', second.service, keyOf(second)]);
  const told = isSure(one) ? planProblems.PORT_CLASH : planProblems.PORT_MAYBE;
  return portRanges(clashes.map((clash) => clash.second.port)).map((range) => {
    const ports = `${range.includes('-') ? 'ports' : 'port'} ${range}${second.protocol === 'udp' ? '/udp' : ''}`;
    return told(first.service, second.service, ports, at);
  });
}

function keyOf(claim: Claim): string {
  return { published: 'ports', expose: 'expose', 'x-bundle': 'x-bundle', url: 'image', image: 'image' }[
    claim.evidence
  ];
}
