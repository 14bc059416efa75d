/** Which variables keep Compose from reading a project with its expressions kept. */
import { hasExpression } from './compose/expressions.js';
import { lineCounter } from './compose/line-counter.js';
import { referencedFiles } from './compose/referenced-files.js';
import type { SourceFile } from './compose/source-positions.js';
import { sourceProblems } from './compose/source-problems.js';
import { findStructuralScalars } from './compose/structural-scalars.js';
import type { Problem } from './problems.js';
import type { Sources } from './read-sources.js';

/**
 * One problem for each that is known; else one with Compose's own words. Those of the named files are replaced before
 * (docs/decisions/0008), those of included and extended files are not.
 */
export function variableProblems({ named, referenced }: Sources, failure: string): readonly Problem[] {
  const inFiles = referenced.flatMap(inStructure);
  const inPaths = [...named, ...referenced].flatMap(inPathsOf);
  if (inFiles.length + inPaths.length > 0) return [...inFiles, ...inPaths];
  const message = 'a variable stands where Compose needs a number or a fixed word';
  return [sourceProblems.VARIABLE_IN_STRUCTURE(message, undefined, failure)];
}

function inStructure({ file, text }: SourceFile): readonly Problem[] {
  const lines = lineCounter(text);
  return findStructuralScalars(text).map(({ path, expression, start }) => {
    const { line, col } = lines.linePos(start);
    return sourceProblems.VARIABLE_IN_STRUCTURE(
      `"${path.join('.')}" of an included or extended file is ${expression}, where Compose needs a number or a fixed word`,
      { file, line, column: col },
    );
  });
}

/** Compose replaces variables in the paths of `include`, but not in those of `extends`, when it keeps expressions. */
function inPathsOf({ file, text }: SourceFile): readonly Problem[] {
  const lines = lineCounter(text);
  return referencedFiles(text)
    .filter(({ kind }) => kind === 'extends')
    .flatMap(({ paths }) => paths)
    .filter(hasExpression)
    .map((path) => {
      const { line, col } = lines.linePos(Math.max(0, text.indexOf(path)));
      const message = `"${file}" extends a service of the file ${path}, whose name is a variable`;
      return sourceProblems.VARIABLE_IN_STRUCTURE(message, { file, line, column: col });
    });
}
