/** How slow a machine is by itself, whatever else it does. */
import { spawnSync } from 'node:child_process';

/** Processor time, in milliseconds, that a program which does nothing takes on a usual machine, from fork to end. */
const USUAL_START_MS = 1;
const PROGRAMS = 50;

/**
 * How many times longer than on a usual machine programs take to start here, at least 1. Where memory is emulated (some
 * virtual machines) a page costs fifty times as much, the start of a small program two to five times, and a fork of a
 * large one more than that.
 */
export const HANDICAP = Math.max(1, startMs() / USUAL_START_MS);

function startMs(): number {
  const line = `i=0; while [ $i -lt ${PROGRAMS} ]; do /bin/true; i=$((i+1)); done; times`;
  const { stdout } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
  // The last line: user and system time of the children, as 0m1.25s.
  const times = [...(stdout.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  const seconds = times.reduce((sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest), 0);
  return (1000 * seconds) / PROGRAMS;
}
