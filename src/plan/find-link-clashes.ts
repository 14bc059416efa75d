/** Names by which members find services outside of their bundle: in one container a name is one service. */
import { asTexts } from '../compose/json.js';
import type { Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { planProblems } from './plan-problems.js';

const KEYS = ['links', 'external_links'] as const;

/** An alias of two services, or one that a member has as its name. */
export function findLinkClashes(members: readonly Service[], locate: Locate): readonly Problem[] {
  const owners = new Map(members.map(({ name }) => [name, name]));
  return members.flatMap(outerLinks(owners)).flatMap(({ member, key, target, alias }) => {
    const known = owners.get(alias) ?? target;
    owners.set(alias, known);
    if (known === target) return [];
    return [planProblems.LINK_CLASH(member, alias, target, known, locate(['services', member, key]))];
  });
}

interface Link {
  readonly member: string;
  readonly key: string;
  readonly target: string;
  readonly alias: string;
}

/** Those to services outside. */
function outerLinks(members: ReadonlyMap<string, string>): (member: Service) => readonly Link[] {
  const inside = new Set(members.keys());
  return ({ name, resolved }) =>
    KEYS.flatMap((key) =>
      asTexts(resolved[key])
        .map((link) => link.split(':'))
        .map(([target = '', alias = target]) => ({ member: name, key, target, alias }))
        .filter(({ target }) => !inside.has(target)),
    );
}
