/** Variables that Compose sets for an included file alone, from env files of its own: the rewritten file has no such scope. */
import { lineCounter } from './compose/line-counter.js';
import type { SourceFile } from './compose/source-positions.js';
import { sourceProblems } from './compose/source-problems.js';
import type { Problem } from './problems.js';

export interface ScopedSource {
  readonly source: SourceFile;
  /** Text of each env file that is read for this source and not for the whole project. */
  readonly envTexts: readonly string[];
}

/** `known`: names that are set for the whole project, which come first in Compose as well. */
export function findScopedVariables(
  sources: readonly ScopedSource[],
  known: ReadonlySet<string>,
): readonly Problem[] {
  return sources.flatMap(({ source, envTexts }) => {
    const scoped = new Set(envTexts.flatMap(namesIn).filter((name) => !known.has(name)));
    if (scoped.size === 0) return [];
    const lines = lineCounter(source.text);
    const uses = [...source.text.matchAll(/\$\$|\$\{?([A-Za-z_]\w*)/g)].filter(([, name = '']) =>
      scoped.has(name),
    );
    const first = new Map(uses.map(({ 1: name = '', index }) => [name, index] as const).toReversed());
    return [...first].sort().map(([name, index]) => {
      const { line, col } = lines.linePos(index);
      return sourceProblems.VARIABLE_SCOPED(name, { file: source.file, line, column: col });
    });
  });
}

/** Names that an env file sets. */
export function namesIn(envText: string): readonly string[] {
  return [...envText.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*[=:]/gm)].flatMap(
    ([, name]) => name ?? [],
  );
}
