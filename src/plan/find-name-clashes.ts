/** Names that are one service on one network and another on the next: the bundle is on both. */
import type { Project, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { addressesOn, networksOf } from './name-siblings.js';
import { networkProblems } from './network-problems.js';

/** Name → services that have it. */
type Owners = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Of a member's names for services outside, those that are further services on networks of the others: the Engine
 * answers with the one that it comes to first. Names of members that share a network are not asked of the Engine.
 */
export function findNameClashes(members: readonly Service[], project: Project): readonly Problem[] {
  const inside = new Set(members.map(({ name }) => name));
  const all = [...members, ...project.services.filter(({ name }) => !inside.has(name))];
  const everywhere = [...new Set(members.flatMap(networksOf))];
  const inBundle = ownersOn(everywhere, all, project.name);
  const known = new Set<string>();
  return members.flatMap((member) => {
    const own = ownersOn(networksOf(member), all, project.name);
    return [...own].flatMap(([name, owners]) => {
      if ([...owners].some((owner) => inside.has(owner))) return [];
      const [first = ''] = owners;
      const other = [...(inBundle.get(name) ?? [])].find((owner) => !owners.has(owner));
      if (other === undefined || known.has(name)) return [];
      known.add(name);
      const at = project.locate(['services', member.name, 'networks']);
      return [networkProblems.NAME_CLASH({ service: member.name, name, is: first, other }, at)];
    });
  });
}

function ownersOn(networks: readonly string[], services: readonly Service[], project: string): Owners {
  const owners = new Map<string, Set<string>>();
  for (const service of services) {
    const shared = networksOf(service).filter((network) => networks.includes(network));
    for (const name of shared.flatMap((network) => addressesOn(project, service, network))) {
      const known = owners.get(name) ?? new Set();
      owners.set(name, known.add(service.name));
    }
  }
  return owners;
}
