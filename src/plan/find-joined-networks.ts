/** Members share one network namespace (design D8): which separations that takes away, and which it must not. */
import type { Project, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { networkTrust } from '../tenancy/network-trust.js';
import { isMultiTenant } from '../tenancy/service-plan/read-service-plan.js';
import { ownerOf } from './join-network-modes.js';
import { networksOf } from './name-siblings.js';
import { networkProblems } from './network-problems.js';

/** What each of a set of networks is trusted with, as text: `internal and open`; members on the same count as one. */
interface Side {
  readonly service: string;
  readonly networks: readonly string[];
  readonly trust: string;
}

/**
 * Members on networks of different trust are refused. Members that shared no network of the same trust are a warning,
 * and refused where tenants share machines.
 */
export function findJoinedNetworks(members: readonly Service[], project: Project): readonly Problem[] {
  const sides: Side[] = [];
  const declared = new Map(project.services.map((service) => [service.name, service]));
  const known = new Set<string>();
  return members.flatMap((member) => {
    // Who has none shared not even a loopback, but with those that joined it.
    const networks =
      member.resolved.network_mode === 'none'
        ? [`none of ${ownerOf(declared.get(member.name) ?? member, declared).name}`]
        : networksOf(member);
    if (networks.length === 0) return [];
    const trust = [...new Set(networks.map((network) => networkTrust(project, network)))]
      .sort()
      .join(' and ');
    const side = { service: member.name, networks, trust };
    const problem = clash(sides, side, project);
    const key = JSON.stringify(networks);
    if (!known.has(key)) sides.push(side);
    known.add(key);
    return problem;
  });
}

function clash(sides: readonly Side[], side: Side, project: Project): readonly Problem[] {
  const at = project.locate(['services', side.service, 'networks']);
  const other = sides.find(({ trust }) => trust !== side.trust);
  if (other !== undefined) return [networkProblems.TRUST_CLASH(other, side, at)];
  const apart = sides.find(({ networks }) => !networks.some((name) => side.networks.includes(name)));
  return apart === undefined
    ? []
    : [networkProblems.NETWORKS_JOINED(apart.service, side.service, at, isMultiTenant(project))];
}
