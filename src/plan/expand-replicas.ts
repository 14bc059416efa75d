/** Replicas of a service: members of their own, each with a root of its own as each container had. */
import { asObject, asText } from '../compose/json.js';
import type { JsonObject, Project, Service } from '../compose/project.js';
import type { Selected } from '../tenancy/select-members.js';

/** How many containers Compose makes of a service. */
export function replicasOf(service: Service): number {
  const replicas = asText(asObject(service.resolved.deploy).replicas);
  return Number(asText(service.resolved.scale) ?? replicas ?? 1);
}

/** The service's name, then `NAME-2`, `NAME-3`, …, which are also the ends of the names of its containers. */
export function replicaNames(service: Service): readonly string[] {
  const count = Math.max(1, replicasOf(service));
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? service.name : `${service.name}-${index + 1}`,
  );
}

/** Every member once per replica; whoever waits for a service waits for all of its replicas, as in Compose. */
export function expandReplicas(members: readonly Selected[], project: Project): readonly Selected[] {
  const names = new Map(members.map(({ service }) => [service.name, replicaNames(service)]));
  if ([...names.values()].every((list) => list.length === 1)) return members;
  return members.flatMap((selected) =>
    replicaNames(selected.service).map((name, index) => ({
      ...selected,
      service: replicaOf(selected.service, name, index === 0, { names, project: project.name }),
    })),
  );
}

interface Around {
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly project: string;
}

function replicaOf(service: Service, name: string, isFirst: boolean, around: Around): Service {
  const dependencies = Object.entries(asObject(service.resolved.depends_on)).flatMap(([other, wait]) =>
    (around.names.get(other) ?? [other]).map((one) => [one, wait] as const),
  );
  const resolved: JsonObject = {
    ...service.resolved,
    ...(dependencies.length === 0 ? {} : { depends_on: Object.fromEntries(dependencies) }),
    ...(isFirst ? {} : { container_name: `${around.project}-${name}` }),
  };
  return { name, resolved, written: service.written };
}
