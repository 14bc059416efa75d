/** Top-level keys of a service platform, byte for byte: order, comments and quotes are the user's. */
import { isAlias, isMap, isScalar, type Node, parseAllDocuments, visit } from 'yaml';
import { isPlatformKey } from './protect-expressions.js';
import type { SourceFile } from './source-positions.js';

/** Key → its lines. Left out is what files merge, what uses anchors of other places, and what stands in a flow map. */
export function platformBlocks(sources: readonly SourceFile[]): Readonly<Record<string, string>> {
  const found = sources.flatMap(({ text }) => blocksOf(text));
  const count = (key: string) => found.filter(([name]) => name === key).length;
  return Object.fromEntries(found.filter(([key]) => count(key) === 1));
}

function blocksOf(text: string): readonly (readonly [string, string])[] {
  if (!/^x-/m.test(text)) return [];
  const documents = parseAllDocuments(text, { logLevel: 'silent', strict: false });
  return [...documents]
    .flatMap(({ contents }) => (isMap(contents) && contents.flow !== true ? contents.items : []))
    .flatMap(({ key, value }) => {
      if (!isScalar(key) || !key.range || !isPlatformKey(String(key.value))) return [];
      const end = (value as Node | null)?.range?.[2] ?? key.range[2];
      if (hasAlias(value as Node | null) || text.slice(0, key.range[0]).split('\n').at(-1) !== '') return [];
      return [[String(key.value), `${text.slice(key.range[0], end).trimEnd()}\n`] as const];
    });
}

function hasAlias(value: Node | null): boolean {
  let found = isAlias(value);
  if (value !== null)
    visit(value, {
      Alias: () => {
        found = true;
      },
    });
  return found;
}
