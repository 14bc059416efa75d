/** Compose files of the corpus, damaged as no hand would. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

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
export const damaged = fc
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
