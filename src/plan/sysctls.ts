/** Kernel parameters: those of the network are the bundle's, those of IPC are the member's, others Docker refuses. */
import { asObject, asText } from '../compose/json.js';
import type { Service } from '../compose/project.js';

/** What has its own value in a namespace (Engine `opts.ValidateSysctl`). */
const NETWORK = /^net\./;
const IPC = /^(?:kernel\.(?:msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs\.mqueue\..+)$/;

export function memberSysctls(service: Service): Readonly<Record<string, string>> {
  return pick(service, IPC);
}

export function networkSysctls(service: Service): Readonly<Record<string, string>> {
  return pick(service, NETWORK);
}

/** Names that no namespace has for itself. */
export function foreignSysctls({ resolved }: Service): readonly string[] {
  return Object.keys(asObject(resolved.sysctls)).filter((name) => !NETWORK.test(name) && !IPC.test(name));
}

function pick({ resolved }: Service, names: RegExp): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(resolved.sysctls)).filter(([name]) => names.test(name));
  return Object.fromEntries(
    entries
      .map(([name, value]) => [name, asText(value) ?? ''])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
}
