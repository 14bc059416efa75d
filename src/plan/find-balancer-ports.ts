/** The load balancer of a service plan sends to ports that a bundle has. */
import { asList, asObject, asText, isObject } from '../compose/json.js';
import type { Json, Project } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { resourceKey } from '../tenancy/service-plan/resource-key.js';
import { servicePlanProblems } from '../tenancy/service-plan/service-plan-problems.js';
import type { Plan } from './plan.js';

const BALANCER = 'x-omnistrate-load-balancer';

/** `project` as the user wrote it, in which members have their own names. A port that is an expression is the platform's matter. */
export function findBalancerPorts(
  { resolved, locate }: Project,
  bundles: readonly { readonly plan: Plan }[],
): readonly Problem[] {
  const homes = new Map(
    bundles.flatMap(({ plan }) =>
      plan.members.map(({ service }) => [resourceKey(service), { service, plan }] as const),
    ),
  );
  return targetsIn(resolved[BALANCER] ?? null, [BALANCER]).flatMap(({ path, keys, port }) => {
    const protocol = path[1] === 'udp' ? 'udp' : 'tcp';
    const named = keys.flatMap((key) => homes.get(key) ?? []);
    const eachBundle = [...new Map(named.toReversed().map((home) => [home.plan.bundle, home])).values()];
    return eachBundle.flatMap(({ service, plan }) => {
      const known = portsOf(plan, protocol);
      return known.includes(port)
        ? []
        : [servicePlanProblems.BALANCER_PORT(service, plan.bundle, port, known, locate(path))];
    });
  });
}

function portsOf({ members }: Plan, protocol: 'tcp' | 'udp'): readonly string[] {
  const ports = members.flatMap((member) => member.ports.filter((port) => port.protocol === protocol));
  return [...new Set(ports.map(({ port }) => port))].sort((a, b) => a - b).map(String);
}

interface Target {
  readonly path: readonly (string | number)[];
  readonly keys: readonly string[];
  readonly port: string;
}

/** `paths` of http and https name one resource, `ports` of tcp several. */
function targetsIn(value: Json, path: readonly (string | number)[]): readonly Target[] {
  if (Array.isArray(value))
    return (value as readonly Json[]).flatMap((item, index) => targetsIn(item, [...path, index]));
  if (!isObject(value)) return [];
  const port = asText(value.backendPort) ?? '';
  const keys = [value.associatedResourceKey, ...asList(value.associatedResourceKeys)];
  const own = /^\d+$/.test(port)
    ? [{ path: [...path, 'backendPort'], keys: keys.map((key) => asText(key) ?? ''), port }]
    : [];
  const below = Object.entries(asObject(value)).flatMap(([key, item]) => targetsIn(item, [...path, key]));
  return [...own, ...below];
}
