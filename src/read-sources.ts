/** Reads the project's own files, and those that they include and extend, before Compose does. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { expressionsFile } from './compose/expressions-file.js';
import { findHostileSource } from './compose/find-hostile-source.js';
import { type FileReference, referencedFiles } from './compose/referenced-files.js';
import type { SourceFile } from './compose/source-positions.js';
import { sourceProblems } from './compose/source-problems.js';
import type { ProjectOptions } from './engine/engine.js';
import { findScopedVariables, namesIn } from './find-scoped-variables.js';
import { type Problem, ProblemsError } from './problems.js';

export interface Sources {
  /** The files that the user named. */
  readonly named: readonly SourceFile[];
  /** Files that those include or extend, and so on. */
  readonly referenced: readonly SourceFile[];
}

/** What Compose makes of texts with expressions in a project folder with these env files; undefined when it refuses. */
export type Evaluate = (
  stdin: string,
  folder: string,
  envFiles: readonly string[],
) => Promise<readonly string[] | undefined>;

/** A file, and what its relative paths and expressions mean. */
interface Reading {
  readonly source: SourceFile;
  readonly path: string;
  readonly folder: string;
  /** A later one wins. */
  readonly envFiles: readonly string[];
}

/** A real project has some ten; beyond, one file may include itself under ever new names. */
const MAX_FILES = 1000;

/**
 * A file that is not there, or not readable, is left for Compose to complain about; so is a remote one. Throws
 * ProblemsError for what would exhaust Compose.
 */
export async function readSources(
  options: ProjectOptions,
  folder: string,
  evaluate: Evaluate,
): Promise<Sources> {
  const named = await readNamed(options);
  refuse(named.flatMap(findHostileSource));
  const envFiles =
    options.envFiles.length > 0 ? options.envFiles.map((file) => resolve(file)) : dotEnv(folder);
  let level: readonly Reading[] = named.map((source) => ({
    source,
    path: source.file === '-' ? join(folder, '-') : resolve(source.file),
    folder,
    envFiles,
  }));
  const known = new Map(level.map((reading) => [keyOf(reading), reading]));
  const referenced: SourceFile[] = [];
  while (level.length > 0) {
    const found = (await Promise.all(level.map((reading) => follow(reading, evaluate)))).flat();
    const fresh = new Map(found.map((reading) => [keyOf(reading), reading]));
    level = [...fresh].filter(([key]) => !known.has(key)).map(([, reading]) => reading);
    for (const reading of level) known.set(keyOf(reading), reading);
    referenced.push(...level.map(({ source }) => source));
    refuse(
      known.size > MAX_FILES
        ? [sourceProblems.TOO_MANY_FILES(MAX_FILES)]
        : level.flatMap(({ source }) => findHostileSource(source)),
    );
  }
  refuse(await scopedProblems([...known.values()], envFiles));
  return { named, referenced };
}

/** An env file that is not there is for Compose to complain about. */
async function scopedProblems(
  readings: readonly Reading[],
  envFiles: readonly string[],
): Promise<readonly Problem[]> {
  const text = (file: string) => readFile(file, 'utf8').catch(() => '');
  const sources = await Promise.all(
    readings.map(async ({ source, envFiles: all }) => {
      const own = all.filter((file) => !envFiles.includes(file));
      return { source, envTexts: await Promise.all(own.map(text)) };
    }),
  );
  if (sources.every(({ envTexts }) => envTexts.length === 0)) return [];
  const whole = (await Promise.all(envFiles.map(text))).flatMap(namesIn);
  return findScopedVariables(sources, new Set([...Object.keys(process.env), ...whole]));
}

async function readNamed({ files, stdin }: ProjectOptions): Promise<readonly SourceFile[]> {
  const read = await Promise.allSettled(
    files.map(async (file) =>
      file === '-' ? { file, text: stdin ?? '' } : { file: shown(file), text: await readFile(file, 'utf8') },
    ),
  );
  return read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** The files that one file refers to. */
async function follow(reading: Reading, evaluate: Evaluate): Promise<readonly Reading[]> {
  const references = await evaluated(referencedFiles(reading.source.text), reading, evaluate);
  // Compose counts from the project's folder, for extended files from the file's own: either is looked at.
  const bases = [...new Set([reading.folder, dirname(reading.path)])];
  const found = await Promise.all(
    bases.flatMap((base) => references.map((reference) => readReference(reference, base, reading))),
  );
  return found.flat();
}

async function readReference(
  { kind, paths, projectDirectory, envFiles = [] }: FileReference,
  base: string,
  from: Reading,
): Promise<readonly Reading[]> {
  const local = paths.map((path) => resolve(base, path));
  const folder = projectDirectory === undefined ? dirname(local[0] ?? base) : resolve(base, projectDirectory);
  // An extended file is read with the variables of the one that extends it.
  const isScope = kind === 'include' && envFiles.length === 0;
  const own = isScope ? dotEnv(folder) : envFiles.map((file) => resolve(base, file));
  const read = await Promise.all(
    local.map(async (path) => {
      const source = await readReferenced(path);
      return source === undefined
        ? []
        : [{ source, path, folder, envFiles: [...new Set([...own, ...from.envFiles])] }];
    }),
  );
  return read.flat();
}

async function readReferenced(path: string): Promise<SourceFile | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return undefined;
  // A pipe or a device would never end.
  if (!found.isFile()) throw new ProblemsError('input', [sourceProblems.COMPOSE_FILE_MISSING(shown(path))]);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : { file: shown(path), text };
}

/** Compose itself replaces the expressions in paths, as it does in a project without services. */
async function evaluated(
  references: readonly FileReference[],
  { folder, envFiles }: Reading,
  evaluate: Evaluate,
): Promise<readonly FileReference[]> {
  const expressions = [...new Set(references.flatMap(textsOf).filter((text) => text.includes('$')))];
  if (expressions.length === 0) return references;
  const values = await evaluate(expressionsFile(expressions), folder, envFiles);
  const known = new Map(expressions.map((text, index) => [text, values?.[index]]));
  const replaced = (text: string) => known.get(text) ?? text;
  return references.map(({ kind, paths, projectDirectory, envFiles: own }) => ({
    kind,
    paths: paths.map(replaced),
    ...(projectDirectory === undefined ? {} : { projectDirectory: replaced(projectDirectory) }),
    ...(own === undefined ? {} : { envFiles: own.map(replaced) }),
  }));
}

function textsOf({ paths, projectDirectory, envFiles = [] }: FileReference): readonly string[] {
  return [...paths, ...envFiles, ...(projectDirectory === undefined ? [] : [projectDirectory])];
}

function keyOf({ path, folder }: Reading): string {
  return `${path}\0${folder}`;
}

function dotEnv(folder: string): readonly string[] {
  const path = join(folder, '.env');
  return existsSync(path) ? [path] : [];
}

function shown(path: string): string {
  return relative('.', resolve(path)) || path;
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ProblemsError('input', problems);
}
