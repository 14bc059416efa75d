/** Resources that a service states, in `deploy.resources` or in its short keys. */
import { asObject, asText } from '../compose/json.js';
import type { Json, Service } from '../compose/project.js';
import { parseBytes } from './durations.js';

export type Kind = 'limits' | 'reservations';
export type Amount = 'cpus' | 'memory' | 'pids';

/** The service's own keys for the same thing. */
const SHORT: Readonly<Record<`${Kind}.${Amount}`, readonly string[]>> = {
  'limits.cpus': ['cpus', 'cpu_quota'],
  'limits.memory': ['mem_limit'],
  'limits.pids': ['pids_limit'],
  'reservations.cpus': [],
  'reservations.memory': ['mem_reservation'],
  'reservations.pids': [],
};

/** `cpu_period` of the kernel, in microseconds, where a service names none. */
const USUAL_PERIOD = 100_000;

/** `memswap_limit` without a limit. */
export const UNLIMITED_SWAP = -1;

/** Processors, bytes or a number of processes; undefined: none, which 0 means too. */
export function amountOf(service: Service, kind: Kind, amount: Amount): number | undefined {
  const text = textAt(service, amountPath(service, kind, amount));
  const value = text === undefined ? 0 : amount === 'memory' ? parseBytes(text) : Number(text);
  return value === undefined || Number.isNaN(value) || value <= 0 ? undefined : value;
}

/** The key that says it: a short one where the service has that alone. */
export function amountPath({ resolved }: Service, kind: Kind, amount: Amount): readonly string[] {
  const long = ['deploy', 'resources', kind, amount];
  if (asObject(asObject(asObject(resolved.deploy).resources)[kind])[amount] !== undefined) return long;
  const short = SHORT[`${kind}.${amount}`].find((key) => resolved[key] !== undefined);
  return short === undefined ? long : [short];
}

/** A quota of each period is a number of processors. */
function textAt({ resolved }: Service, path: readonly string[]): string | undefined {
  const value = path.reduce((object, key) => asObject(object)[key] ?? null, resolved as Json);
  if (path[0] !== 'cpu_quota') return asText(value);
  return String(Number(asText(value)) / periodOf({ resolved }));
}

/** `cpu_period` in microseconds. */
export function periodOf({ resolved }: Pick<Service, 'resolved'>): number {
  return Number(asText(resolved.cpu_period) ?? 0) || USUAL_PERIOD;
}

/** Memory and swap together: bytes, or UNLIMITED_SWAP; undefined where none is given, which 0 means too. */
export function swapOf({ resolved }: Service): number | undefined {
  const text = asText(resolved.memswap_limit) ?? '0';
  return (text.startsWith('-') ? UNLIMITED_SWAP : parseBytes(text)) || undefined;
}

/** The same where a service limits its memory alone: twice as much, as in the Engine (`adaptContainerSettings`). */
export function swapLimitOf(service: Service): number {
  return swapOf(service) ?? 2 * (amountOf(service, 'limits', 'memory') ?? 0);
}
