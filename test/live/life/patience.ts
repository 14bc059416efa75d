/** How busy the machine is, looked at all the time: its load average comes too late for a test of seconds. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { HANDICAP } from '../handicap.js';

const EVERY_MS = 100;
/** Looks of which a mean is taken: a second. */
const TOGETHER = 10;
const KEPT_MS = 600_000;
/** Tasks per processor that count at most: those of a bundle that runs wild are no excuse for it. */
const MOST_WANTING = 30;

interface Look {
  readonly atMs: number;
  /** Tasks that wanted a processor or the disk, per processor; or by how much this look came late, if that is more. */
  readonly wanting: number;
  /** Processor time since the machine's start, in ticks: all, and what the machine's host took for others. */
  readonly all: number;
  readonly stolen: number;
}

const looks: Look[] = [];

function look(): void {
  const text = readFileSync('/proc/stat', 'latin1');
  const ticks = (/^cpu +(.+)$/m.exec(text)?.[1] ?? '').split(' ').slice(0, 8).map(Number);
  const tasks = [...text.matchAll(/^procs_(?:running|blocked) (\d+)$/gm)].map(([, count]) => Number(count));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const atMs = performance.now();
  const late = (atMs - (looks.at(-1)?.atMs ?? atMs)) / EVERY_MS;
  const wanting = Math.max(Math.min(sum(tasks) / cpus().length, MOST_WANTING), late);
  looks.push({ atMs, wanting, all: sum(ticks), stolen: ticks[7] ?? 0 });
  while ((looks[0]?.atMs ?? atMs) < atMs - KEPT_MS) looks.shift();
}

look();
setInterval(look, EVERY_MS).unref();

/** Times longer than on a quiet machine that work took around a look. */
function slownessAt(index: number): number {
  const some = looks.slice(Math.max(0, index - TOGETHER + 1), index + 1);
  const [from, to] = [some[0], some.at(-1)];
  if (!from || !to) return 1;
  const stolen = to.all > from.all ? (to.stolen - from.stolen) / (to.all - from.all) : 0;
  const wanting = some.reduce((sum, one) => sum + one.wanting, 0) / some.length;
  return Math.max(1, wanting) / (1 - Math.min(stolen, 0.9));
}

/**
 * The longest that it took this machine, within the last ten minutes, to give as much as a usual one that is quiet gives
 * in `usual` seconds: the limit of time for what was measured just now, at least that. Verdicts of the scorecard do
 * without.
 */
export function patience(usual: number): number {
  look();
  const seconds = usual * HANDICAP;
  const spans = looks.slice(1).map(({ atMs }, index) => {
    const span = (atMs - (looks[index]?.atMs ?? atMs)) / 1000;
    return { span, given: span / slownessAt(index + 1) };
  });
  let [longest, from, passed, given] = [seconds, 0, 0, 0];
  for (const one of spans) {
    passed += one.span;
    given += one.given;
    for (let first = spans[from]; first && given - first.given >= seconds; first = spans[from]) {
      passed -= first.span;
      given -= first.given;
      from += 1;
    }
    longest = Math.max(longest, passed);
  }
  return longest;
}
