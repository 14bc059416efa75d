/** What members wait for outside of their bundle, and who waits for them: both concern the bundle as a whole. */
import type { Project, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import type { Group } from '../tenancy/select-members.js';
import { dependencyProblems } from './dependency-problems.js';
import { findLateStarts } from './find-late-starts.js';
import { dependenciesOf } from './order-members.js';
import type { Dependency } from './plan.js';
import { planProblems } from './plan-problems.js';

/** The project as containers will see it: services by name, and the bundle that each member is in. */
interface Graph {
  readonly services: ReadonlyMap<string, Service>;
  readonly groupOf: ReadonlyMap<string, Group>;
  /** Members that start after their bundle. */
  readonly late: ReadonlySet<string>;
}

/** A wait for an outer service is a warning; one that leads back into the bundle is an error. */
export function findOuterDependencies(project: Project, groups: readonly Group[]): readonly Problem[] {
  const graph: Graph = {
    services: new Map(project.services.map((service) => [service.name, service])),
    groupOf: new Map(
      groups.flatMap((group) => group.members.map(({ service }) => [service.name, group] as const)),
    ),
    late: new Set(
      groups.flatMap(({ members }) => [...findLateStarts(members.map(({ service }) => service))]),
    ),
  };
  const outside = project.services.filter(({ name }) => !graph.groupOf.has(name));
  const ofMembers = groups.flatMap((group) =>
    group.members.flatMap(({ service }) =>
      dependenciesOf(service)
        .filter((dependency) => graph.groupOf.get(dependency.service) !== group)
        // An optional one of an inactive profile is not there.
        .filter((dependency) => graph.services.has(dependency.service))
        .map((dependency) => outerDependency(project, graph, group, service.name, dependency)),
    ),
  );
  return [
    ...ofMembers,
    ...outside.flatMap((service) => groups.flatMap((group) => waitForAll(service, group, graph, project))),
  ];
}

/** A dedicated service that waits for more than the start of some members' programs, and not of all. */
function waitForAll(
  service: Service,
  { key, members }: Group,
  { late }: Graph,
  project: Project,
): readonly Problem[] {
  const awaited = dependenciesOf(service)
    .filter((dependency) => dependency.condition !== 'service_started' || late.has(dependency.service))
    .map((dependency) => dependency.service);
  const names = members.map((member) => member.service.name);
  const first = names.find((name) => awaited.includes(name));
  const other = names.find((name) => !awaited.includes(name));
  if (first === undefined || other === undefined) return [];
  const at = project.locate(['services', service.name, 'depends_on', first]);
  return [dependencyProblems.WAITS_FOR_BUNDLE(service.name, first, key, other, at)];
}

function outerDependency(
  project: Project,
  graph: Graph,
  group: Group,
  member: string,
  dependency: Dependency,
): Problem {
  const { service } = dependency;
  const isStarted = dependency.condition === 'service_started';
  const condition = isStarted && graph.late.has(service) ? 'service_healthy' : dependency.condition;
  const at = project.locate(['services', member, 'depends_on', service]);
  if (graph.services.get(service)?.resolved.provider !== undefined) {
    const why = 'Compose gives what it provides to the container as variables, where no member reads them';
    return planProblems.KEY_REFUSED(member, `depends_on: ${service}`, at, why);
  }
  const other = graph.groupOf.get(service)?.key;
  const back = wayBack(service, group, graph, new Set());
  if (back !== undefined) {
    return other === undefined
      ? dependencyProblems.DEPENDENCY_CYCLE(service, back, at)
      : dependencyProblems.BUNDLE_CYCLE({ bundle: group.key, member, other, dependency: service, back }, at);
  }
  return other === undefined
    ? dependencyProblems.DEPENDS_ON_DEDICATED(member, service, condition, at)
    : dependencyProblems.DEPENDS_ON_BUNDLE(member, service, other, condition, at);
}

/** The first member of the bundle that a service waits for, with all that shares its container. */
function wayBack(name: string, home: Group, graph: Graph, seen: Set<string>): string | undefined {
  if (seen.has(name)) return undefined;
  const companions = graph.groupOf.get(name)?.members.map(({ service }) => service.name) ?? [name];
  for (const companion of companions) seen.add(companion);
  const next = companions
    .map((companion) => graph.services.get(companion))
    .filter((service) => service !== undefined)
    .flatMap(dependenciesOf)
    .map(({ service }) => service);
  const direct = next.find((service) => graph.groupOf.get(service) === home);
  if (direct !== undefined) return direct;
  for (const service of next) {
    const found = wayBack(service, home, graph, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
