/** Names that are one service on one network and another on the next: the bundle is on both. */
import type { Project, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { addressesOn, networksOf } from './name-siblings.js';
import { networkProblems } from './network-problems.js';

/** A service that has some name, and the network on which it has it. */
interface Owner {
  readonly service: string;
  readonly network: string;
}

/**
 * Of a member's names for services outside, those that are further services on networks of the others: the Engine
 * answers with the one that it comes to first. Names of members that share a network are not asked of the Engine.
 */
export function findNameClashes(members: readonly Service[], project: Project): readonly Problem[] {
  const everywhere = new Set(members.flatMap(networksOf));
  if (members.every((member) => networksOf(member).length === everywhere.size)) return [];
  const inside = new Set(members.map(({ name }) => name));
  const all = [...members, ...project.services.filter(({ name }) => !inside.has(name))];
  const doubtful = [...ownersOf(all, everywhere, project.name)].filter(
    ([, owners]) => new Set(owners.map(({ service }) => service)).size > 1,
  );
  const known = new Set<string>();
  return members.flatMap((member) => {
    const on = new Set(networksOf(member));
    return doubtful.flatMap(([name, everyOwner]) => {
      const own = everyOwner.filter(({ network }) => on.has(network)).map(({ service }) => service);
      const [first] = own;
      if (first === undefined || own.some((owner) => inside.has(owner))) return [];
      const other = everyOwner.find(({ service }) => !own.includes(service))?.service;
      if (other === undefined || known.has(name)) return [];
      known.add(name);
      const at = project.locate(['services', member.name, 'networks']);
      return [networkProblems.NAME_CLASH({ service: member.name, name, is: first, other }, at)];
    });
  });
}

/** Name → who has it on one of the networks. */
function ownersOf(
  services: readonly Service[],
  networks: ReadonlySet<string>,
  project: string,
): ReadonlyMap<string, readonly Owner[]> {
  const owners = new Map<string, Owner[]>();
  for (const service of services) {
    for (const network of networksOf(service).filter((each) => networks.has(each))) {
      for (const name of addressesOn(project, service, network)) {
        const same = owners.get(name) ?? [];
        same.push({ service: service.name, network });
        owners.set(name, same);
      }
    }
  }
  return owners;
}
