/** Resources that a service states, in `deploy.resources` or in its short keys. */
import { asObject, asText } from '../compose/json.js';
import type { Service } from '../compose/project.js';
import { parseBytes } from './durations.js';

export type Kind = 'limits' | 'reservations';
export type Amount = 'cpus' | 'memory' | 'pids';

/** The service's own key for the same thing. */
export const SHORT: Readonly<Record<`${Kind}.${Amount}`, string>> = {
  'limits.cpus': 'cpus',
  'limits.memory': 'mem_limit',
  'limits.pids': 'pids_limit',
  'reservations.cpus': '',
  'reservations.memory': 'mem_reservation',
  'reservations.pids': '',
};

/** Processors, bytes or a number of processes; undefined: none, which 0 means too. */
export function amountOf({ resolved }: Service, kind: Kind, amount: Amount): number | undefined {
  const deploy = asObject(asObject(asObject(resolved.deploy).resources)[kind]);
  const text = asText(deploy[amount]) ?? asText(resolved[SHORT[`${kind}.${amount}`]]);
  const value = text === undefined ? 0 : amount === 'memory' ? parseBytes(text) : Number(text);
  return value === undefined || Number.isNaN(value) || value <= 0 ? undefined : value;
}
