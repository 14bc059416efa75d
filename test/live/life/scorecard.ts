/** What the tests of a bundle's life measured: told in every run, kept by `npm run soak` for docs/scorecard.md. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { expect } from 'vitest';
import { HANDICAP } from '../handicap.js';
import type { Row } from './scorecard-rows.js';
import { soak } from './soak.js';

const SCORECARD = 'test/live/life/scorecard.json';
/** As it was when the measuring began. */
const COMMIT = soak ? commitHere() : '';

export interface Measured {
  /** Whether the bar itself was met, without the patience that tests have on a busy machine; null: beside it, no bar. */
  readonly isMet: boolean | null;
  /** Figures by name, as they are printed. */
  readonly observed: Readonly<Record<string, string | number>>;
  /** Tasks that wanted a processor, mean of the last minute. */
  readonly load: number;
  /** Times longer than on a usual machine that a program takes to start there; older rows do not say. */
  readonly slowness?: number;
  /** The day, and the commit that was measured; older rows do not say. */
  readonly on?: string;
  readonly commit?: string;
}

/** Rows by name; what several tests measure of one row has a part each. */
export type Scorecard = Readonly<Record<string, Readonly<Record<string, Measured>>>>;

export function readScorecard(): Scorecard {
  return existsSync(SCORECARD) ? (JSON.parse(readFileSync(SCORECARD, 'utf8')) as Scorecard) : {};
}

/**
 * Files run one after the other in a soak, so nobody else writes meanwhile. There a bar that was missed fails the test,
 * which goes on.
 */
export function record(row: Row, part: string, isMet: boolean | null, observed: Measured['observed']): void {
  const round = (value: number) => Number(value.toFixed(1));
  const measured: Measured = { isMet, observed, load: round(loadavg()[0] ?? 0), slowness: round(HANDICAP) };
  console.log(`${row} ${part}: ${JSON.stringify(measured)}`);
  if (!soak) return;
  expect.soft(isMet, `the bar of ${row}, ${part}: ${JSON.stringify(observed)}`).not.toBe(false);
  const all = readScorecard();
  const dated = { ...measured, on: new Date().toISOString().slice(0, 10), commit: COMMIT };
  const changed = { ...all, [row]: { ...all[row], [part]: dated } };
  writeFileSync(SCORECARD, `${JSON.stringify(changed, undefined, 2)}\n`);
}

/** With a `+` when files beside the scorecard itself are others than in that commit. */
function commitHere(): string {
  const git = (...words: string[]) => execFileSync('git', words, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--untracked-files=no', '.', `:!${SCORECARD}`);
  return `${git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : '+'}`;
}

/** The value that `share` of them do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
