import { describe, expect, it } from 'vitest';
import { LogCheck } from '../live/life/log-check.js';

/** The text of line `count` of `flood WIDTH`. */
const lineOf = (width: number, count: number) =>
  `${String(count).padStart(9, '0')} ${String.fromCharCode(97 + count).repeat(width - 11)}`;
const named = (...texts: string[]) => texts.map((text) => `a | ${text}\n`).join('');

function checked(width: number, log: string): LogCheck {
  const check = new LogCheck({ a: width });
  for (let at = 0; at < log.length; at += 1000) check.take(Buffer.from(log.slice(at, at + 1000)));
  return check;
}

describe('the check of a flooded log', () => {
  const [first, second] = [lineOf(200, 0), lineOf(200, 1)];
  const long = lineOf(150_000, 0);
  const cut = (...ends: number[]) =>
    named(...ends.map((end, index) => long.slice(ends[index - 1] ?? 0, end)));

  it.each([
    { says: 'whole lines', width: 200, log: named(first, second), lines: 2 },
    { says: 'a long line in full pieces', width: 150_000, log: cut(65_536, 131_072, 149_999), lines: 1 },
  ])('counts $says', ({ width, log, lines }) => {
    const check = checked(width, log);
    expect([check.lines, check.wrong]).toEqual([{ a: lines }, []]);
  });

  it.each([
    { says: 'a line in two pieces', width: 200, log: named(first.slice(0, 80), first.slice(80), second) },
    { says: 'two lines in one', width: 200, log: named(first + second) },
    { says: 'a line without its end', width: 200, log: named(first.slice(0, -1), second) },
    { says: 'a line that is missing', width: 200, log: named(second) },
    { says: 'a long line in one piece', width: 150_000, log: named(long) },
    { says: 'a long line in shorter pieces', width: 150_000, log: cut(65_535, 131_071, 149_999) },
    {
      says: 'a long line without a piece',
      width: 150_000,
      log: named(long.slice(0, 65_536), long.slice(131_072)),
    },
  ])('finds $says', ({ width, log }) => {
    expect(checked(width, log).wrong).not.toEqual([]);
  });
});
