/** What reads the user's own files, for positions and before Compose does, takes any bytes without a crash or a hang. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findHostileSource } from '../../../src/compose/find-hostile-source.js';
import { locateIn } from '../../../src/compose/source-positions.js';
import { findStructuralScalars } from '../../../src/compose/structural-scalars.js';

const FILES = readdirSync('test/corpus', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(join('test/corpus', name)).map((file) => join('test/corpus', name, file)),
  )
  .filter((file) => file.endsWith('compose.yaml'))
  .map((file) => readFileSync(file, 'utf8'));

const PIECES = [
  '{',
  '[',
  ']',
  '}',
  ':',
  '- ',
  '&a ',
  '*a',
  '<<: *a',
  '!!binary ',
  '|',
  '>',
  '"',
  "'",
  '#',
  '\t',
  '\u0000',
  '---\n',
  '\ufeff',
  '? ',
  '%',
  '${',
  '\r',
];

/** A file of the corpus, damaged at some places. */
const damaged = fc
  .tuple(
    fc.constantFrom(...FILES),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...PIECES), fc.nat(20)), {
      minLength: 1,
      maxLength: 8,
    }),
  )
  .map(([text, wounds]) =>
    wounds.reduce((file, [where, piece, cut]) => {
      const at = Math.floor(where * file.length);
      return file.slice(0, at) + piece + file.slice(at + cut);
    }, text),
  );

describe('a damaged compose file', () => {
  it('is read for positions and for what Compose cannot keep, in five hundred forms', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const source = { file: 'compose.yaml', text };
        expect(findHostileSource(source).length).toBeLessThan(2);
        locateIn([source])(['services', 'web', 'ports', 0]);
        const scalars = findStructuralScalars(text);
        expect(scalars.every(({ start, end }) => start < end && end <= text.length)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
