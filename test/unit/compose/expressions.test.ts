import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeDollars, hasExpression, unescapeDollars } from '../../../src/compose/expressions.js';

describe('expressions', () => {
  it.each(['$A', '${A}', 'x${A:-$$}y', '$$$A', '$_a'])('stand in %s', (text) =>
    expect(hasExpression(text)).toBe(true),
  );

  it.each(['', 'a', '$$A', '$$', '$', '$1', '100$', '$$$$A', '$-'])('do not stand in "%s"', (text) =>
    expect(hasExpression(text)).toBe(false),
  );

  it('any literal text survives being written and read', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unescapeDollars(escapeDollars(text))).toBe(text);
        expect(hasExpression(escapeDollars(text))).toBe(false);
      }),
    ));
});
