import { describe, expect, it } from 'vitest';
import { parseBytes, parseSeconds } from '../../../src/plan/durations.js';

describe('durations and sizes', () => {
  it.each([
    ['10s', 10],
    ['1m30s', 90],
    ['500ms', 0.5],
    ['1h0m1s', 3601],
    ['1.5s', 1.5],
    ['0', 0],
    ['0s', 0],
  ])('reads the duration %s', (text, seconds) => expect(parseSeconds(text)).toBeCloseTo(seconds, 9));

  it.each(['', '10', 's', '10 s', '-1s', '1d', '10sx'])('does not take "%s" for a duration', (text) =>
    expect(parseSeconds(text)).toBeUndefined(),
  );

  it.each([
    ['64m', 67108864],
    ['1gb', 1073741824],
    ['512', 512],
    ['1.5K', 1536],
    ['10b', 10],
  ])('reads the size %s', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  it.each(['', 'm', '10x', '-1m'])('does not take "%s" for a size', (text) =>
    expect(parseBytes(text)).toBeUndefined(),
  );
});
