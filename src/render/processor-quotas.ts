/** Limits of processors as the Engine takes them from Compose. */
import { asObject, asText, withoutUndefined } from '../compose/json.js';
import type { Json, JsonObject } from '../compose/project.js';

/** The kernel's usual one, in microseconds. */
const PERIOD = 100_000;

/**
 * The document, `deploy.resources.limits.cpus` of these services as `cpu_quota`: the Engine refuses more `cpus` than the
 * machine has ("range of CPUs is from 0.01 to …"), which the sum of members may be, and takes any quota.
 */
export function withQuotas(document: JsonObject, services: readonly string[]): JsonObject {
  const entries = Object.entries(asObject(document.services)).map(([name, service]): [string, Json] => [
    name,
    services.includes(name) ? withQuota(asObject(service)) : service,
  ]);
  return { ...document, services: Object.fromEntries(entries) };
}

function withQuota(service: JsonObject): JsonObject {
  const { deploy, ...others } = service;
  const { resources, ...ofSwarm } = asObject(deploy);
  const { limits, ...reserved } = asObject(resources);
  const { cpus, ...limited } = asObject(limits);
  const processors = Number(asText(cpus));
  if (cpus === undefined || !(processors > 0)) return service;
  const left = withoutUndefined({
    ...ofSwarm,
    resources: withoutUndefined({ limits: withoutUndefined(limited), ...reserved }),
  });
  const quota = { cpu_period: PERIOD, cpu_quota: Math.round(processors * PERIOD) };
  const entries = Object.entries({ ...others, ...quota, ...(left === undefined ? {} : { deploy: left }) });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
