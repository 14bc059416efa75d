import { describe, expect, it } from 'vitest';
import { findHostileSource } from '../../../src/compose/find-hostile-source.js';

const codes = (text: string) => findHostileSource({ file: 'c.yaml', text }).map(({ code }) => code);
const letters = [...'abcdefgh'];

describe('a compose file that would exhaust Compose', () => {
  it('is refused for aliases that stand for millions of values', () => {
    const levels = letters.map((letter, index) => {
      const before = letters[index - 1];
      const items = Array.from({ length: 9 }, () => (before === undefined ? 'x' : `*${before}`));
      return `x-${letter}: &${letter} [${items.join(', ')}]`;
    });
    expect(codes(levels.join('\n'))).toEqual(['ALIAS_BOMB']);
  });

  it('is refused for merges of merges, for merges of one large map, and for its size', () => {
    const chain = Array.from(
      { length: 1500 },
      (_, n) => `x-${n}: &a${n} {${n > 0 ? `<<: *a${n - 1}, ` : ''}k${n}: v}`,
    );
    expect(codes(chain.join('\n'))).toEqual(['ALIAS_BOMB']);
    const map = Array.from({ length: 10 }, (_, n) => `k${n}: v`).join(', ');
    const list = Array.from({ length: 90_000 }, () => '*a').join(', ');
    expect(codes(`x-a: &a {${map}}\nx-b: {<<: [${list}]}`)).toEqual(['ALIAS_BOMB']);
    expect(codes(`x: ${'y'.repeat(40_000_000)}`)).toEqual(['FILE_TOO_LARGE']);
  });

  it('is refused for its depth, in brackets, in braces and by indentation', () => {
    expect(codes(`x: ${'['.repeat(20_000)}${']'.repeat(20_000)}`)).toEqual(['NESTED_TOO_DEEP']);
    expect(codes(`x: ${'{a: '.repeat(300)}1${'}'.repeat(300)}`)).toEqual(['NESTED_TOO_DEEP']);
    const lines = Array.from({ length: 300 }, (_, depth) => `${'  '.repeat(depth)}a:`);
    expect(codes(lines.join('\n'))).toEqual(['NESTED_TOO_DEEP']);
  });

  it('is accepted with many aliases of ordinary use, and with ten megabytes of text', () => {
    const services = Array.from({ length: 500 }, (_, index) => `  s${index}: { <<: *base, labels: *labels }`);
    expect(codes(`x-l: &labels {a: b}\nx-b: &base {image: i}\nservices:\n${services.join('\n')}`)).toEqual(
      [],
    );
    expect(codes(`x: "${'[{'.repeat(100)}${'y'.repeat(10_000_000)}"`)).toEqual([]);
  });
});
