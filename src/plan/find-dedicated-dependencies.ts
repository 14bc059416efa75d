/** Dependencies between members and dedicated services, which concern the bundle as a whole. */
import type { Project, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { dependenciesOf } from './order-members.js';
import { planProblems } from './plan-problems.js';

/** A member's wait for a dedicated service is a warning; one that leads back to a member is an error. */
export function findDedicatedDependencies(project: Project, members: readonly Service[]): readonly Problem[] {
  const names = new Set(members.map(({ name }) => name));
  const byName = new Map(project.services.map((service) => [service.name, service]));
  return members.flatMap((member) =>
    dependenciesOf(member)
      .filter((dependency) => !names.has(dependency.service))
      .map((dependency) => {
        const at = project.locate(['services', member.name, 'depends_on', dependency.service]);
        const back = memberBelow(dependency.service, byName, names, new Set());
        return back === undefined
          ? planProblems.DEPENDS_ON_DEDICATED(member.name, dependency.service, dependency.condition, at)
          : planProblems.DEPENDENCY_CYCLE(dependency.service, back, at);
      }),
  );
}

function memberBelow(
  name: string,
  services: ReadonlyMap<string, Service>,
  members: ReadonlySet<string>,
  seen: ReadonlySet<string>,
): string | undefined {
  const service = services.get(name);
  if (service === undefined || seen.has(name)) return undefined;
  for (const dependency of dependenciesOf(service)) {
    if (members.has(dependency.service)) return dependency.service;
    const found = memberBelow(dependency.service, services, members, new Set([...seen, name]));
    if (found !== undefined) return found;
  }
  return undefined;
}
