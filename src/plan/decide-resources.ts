/** Limits of a member's own control group, as the Engine makes them of the same keys (`daemon/daemon_unix.go`). */
import { asText } from '../compose/json.js';
import type { Service } from '../compose/project.js';
import { amountOf, periodOf, swapLimitOf } from './amounts.js';

/** `linux.resources` of the OCI runtime specification: bytes, microseconds, processors as Linux lists them (`0-2,4`). */
export interface MemberResources {
  readonly cpu?: {
    readonly cpus?: string;
    readonly period?: number;
    readonly quota?: number;
    readonly shares?: number;
  };
  /** `swap`: memory and swap together; -1: as much as there is. */
  readonly memory?: { readonly limit?: number; readonly reservation?: number; readonly swap?: number };
  readonly pids?: { readonly limit: number };
}

/** What the service says, and nothing where it says nothing. */
export function decideResources(service: Service): MemberResources {
  const cpu = { ...quotaOf(service), ...sharesOf(service), ...processorsOf(service) };
  const memory = memoryOf(service);
  const pids = amountOf(service, 'limits', 'pids');
  return {
    ...(Object.keys(cpu).length === 0 ? {} : { cpu }),
    ...(Object.keys(memory).length === 0 ? {} : { memory }),
    ...(pids === undefined ? {} : { pids: { limit: pids } }),
  };
}

function quotaOf(service: Service) {
  const processors = amountOf(service, 'limits', 'cpus');
  if (processors === undefined) return {};
  const period = periodOf(service);
  return { period, quota: Math.round(processors * period) };
}

function sharesOf({ resolved }: Service) {
  const shares = Number(asText(resolved.cpu_shares) ?? 0);
  return shares === 0 ? {} : { shares };
}

function processorsOf({ resolved }: Service) {
  const cpus = asText(resolved.cpuset) ?? '';
  return cpus === '' ? {} : { cpus };
}

function memoryOf(service: Service) {
  const limit = amountOf(service, 'limits', 'memory');
  const reservation = amountOf(service, 'reservations', 'memory');
  return {
    ...(limit === undefined ? {} : { limit, swap: swapLimitOf(service) }),
    ...(reservation === undefined ? {} : { reservation }),
  };
}
