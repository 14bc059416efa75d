import { cpus, loadavg } from 'node:os';

/** By how much limits of time are longer now: 1, and more on a machine with over two tasks per processor. */
export function patience(): number {
  return Math.max(1, (loadavg()[0] ?? 0) / cpus().length / 2);
}
