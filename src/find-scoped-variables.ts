/** Variables that Compose sets for an included file alone, from env files of its own: the rewritten file has no such scope. */
import { lineCounter } from './compose/line-counter.js';
import type { SourceFile } from './compose/source-positions.js';
import { error, type Problem } from './problems.js';

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
      return problem(name, { file: source.file, line, column: col });
    });
  });
}

/** Names that an env file sets. */
export function namesIn(envText: string): readonly string[] {
  return [...envText.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*[=:]/gm)].flatMap(
    ([, name]) => name ?? [],
  );
}

function problem(name: string, location: NonNullable<Problem['location']>): Problem {
  return error(
    'VARIABLE_SCOPED',
    `variable "${name}" is set for "${location.file}" alone, by an env file of its include`,
    location,
    {
      why: 'the rewritten file is one, and has no variables for a part of it',
      fix: `set "${name}" for the whole project, in its .env or by --env-file`,
    },
  );
}
