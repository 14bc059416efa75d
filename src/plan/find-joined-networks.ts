/** Separations that a bundle takes away are said: members share one network namespace (design D8). */
import { asObject } from '../compose/json.js';
import type { Project, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { isMultiTenant } from '../tenancy/service-plan/read-service-plan.js';
import { networksOf } from './name-siblings.js';
import { planProblems } from './plan-problems.js';

/** Members that shared no network (refused where tenants share machines), and members that had no way outside and get one. */
export function findJoinedNetworks(members: readonly Service[], project: Project): readonly Problem[] {
  return [...joined(members, project), ...opened(members, project)];
}

/** Members on the same networks count once, so that many members cost no more than their different sets. */
function joined(members: readonly Service[], project: Project): readonly Problem[] {
  const known = new Map<string, Service>();
  return members.flatMap((second) => {
    const networks = new Set(networksOf(second));
    const first = [...known.values()].find((other) => !networksOf(other).some((name) => networks.has(name)));
    const key = [...networks].join(' ');
    if (!known.has(key) && networks.size > 0) known.set(key, second);
    return first === undefined || networks.size === 0
      ? []
      : [
          planProblems.NETWORKS_JOINED(
            first.name,
            second.name,
            project.locate(['services', second.name, 'networks']),
            isMultiTenant(project),
          ),
        ];
  });
}

function opened(members: readonly Service[], project: Project): readonly Problem[] {
  const settings = asObject(project.resolved.networks);
  const isInternal = (name: string) => asObject(settings[name]).internal === true;
  const open = members.find((member) => networksOf(member).some((name) => !isInternal(name)));
  if (open === undefined) return [];
  return members
    .filter((member) => networksOf(member).length > 0 && networksOf(member).every(isInternal))
    .map(({ name }) =>
      planProblems.NETWORK_OPENED(name, open.name, project.locate(['services', name, 'networks'])),
    );
}
