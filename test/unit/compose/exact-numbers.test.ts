import { expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { hasOddNumbers, keepNumbersExact } from '../../../src/compose/exact-numbers.js';

function read(text: string): unknown {
  const document = parseDocument(text);
  keepNumbersExact(document);
  return document.toJS();
}

it.each([
  ['1e+06', '1e+06'],
  ['1e-05', '1e-05'],
  ['12345678901234567890', '12345678901234567890'],
  ['-9223372036854775808', '-9223372036854775808'],
  ['.inf', '+Inf'],
  ['-.inf', '-Inf'],
  ['.nan', 'NaN'],
])('%s of a printed project is the text %s', (written, text) => {
  const printed = `services:\n  a:\n    environment:\n      X: ${written}\n`;
  expect(hasOddNumbers(printed)).toBe(true);
  expect(read(printed)).toEqual({ services: { a: { environment: { X: text } } } });
});

it('leaves ordinary numbers, texts and keys of tools alone', () => {
  expect(hasOddNumbers('a: 15\nb: 1.5\nc: "1e+06"\nd: 1e+06 of them\n')).toBe(false);
  expect(read('a: 15\nb: 1.5\nc: "1e+06"\nx-d:\n  e: 1e+06\n')).toEqual({
    a: 15,
    b: 1.5,
    c: '1e+06',
    'x-d': { e: 1_000_000 },
  });
});
