/** Who listens where inside a container, from the kernel's own tables (proc(5), /proc/net/tcp). */

export interface Listener {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** Reachable from the member itself and its siblings only by 127.0.0.1. */
  readonly isLoopback: boolean;
}

/** Of tcp: LISTEN; of udp: bound, without a peer. */
const STATE = { tcp: '0A', udp: '07' } as const;
const TABLES = ['tcp', 'tcp6', 'udp', 'udp6'] as const;
const SEPARATOR = '---';

/** Prints all four tables; a kernel without IPv6 has two. */
export const READ_TABLES: readonly string[] = [
  'sh',
  '-c',
  TABLES.map((name) => `cat /proc/net/${name} 2>/dev/null; echo ${SEPARATOR}`).join('; '),
];

/** By protocol and port, each once; open to others wins over loopback. */
export function listenersIn(tables: string): Listener[] {
  const parts = tables.split(`${SEPARATOR}\n`);
  const all = TABLES.flatMap((name, index) => {
    const protocol = name.startsWith('tcp') ? 'tcp' : 'udp';
    return (parts[index] ?? '').split('\n').flatMap((line) => listenerOf(line, protocol));
  });
  const best = new Map<string, Listener>();
  for (const listener of all.sort((a, b) => Number(a.isLoopback) - Number(b.isLoopback))) {
    const key = `${listener.protocol} ${listener.port}`;
    if (!best.has(key)) best.set(key, listener);
  }
  return [...best.values()].sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1));
}

function listenerOf(line: string, protocol: 'tcp' | 'udp'): Listener[] {
  const [, local = '', , state] = line.trim().split(/\s+/);
  const [address = '', port = ''] = local.split(':');
  if (state !== STATE[protocol] || port === '' || isDockerDns(address)) return [];
  return [{ port: Number.parseInt(port, 16), protocol, isLoopback: isLoopback(address) }];
}

/** 127.0.0.11, where the Engine answers names. */
function isDockerDns(address: string): boolean {
  return address === '0B00007F';
}

/** Each 32-bit group is in the machine's byte order: 127.x.x.x ends with 7F on little-endian ones. */
function isLoopback(address: string): boolean {
  if (address.length === 8) return address.endsWith('7F');
  return address === '00000000000000000000000001000000' || /^0{16}FFFF0000.{6}7F$/.test(address);
}
