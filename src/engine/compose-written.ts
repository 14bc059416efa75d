/** The project with its expressions kept, also where Compose cannot: some of them must be resolved for it (design §8.2). */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expressionsFile, expressionValues } from '../compose/expressions-file.js';
import { isFixedWord } from '../compose/fixed-word.js';
import {
  findStructuralScalars,
  replaceScalars,
  restoreExpressions,
  type StructuralScalar,
} from '../compose/structural-scalars.js';
import { projectDirectory } from './compose-arguments.js';
import type { ProjectOptions } from './engine.js';
import type { CommandResult } from './run-command.js';

/** Runs `docker compose config` on a project. */
export type Config = (project: ProjectOptions, ...options: string[]) => Promise<CommandResult>;

interface Source {
  readonly text: string;
  readonly scalars: readonly StructuralScalar[];
}

export interface Written {
  readonly text: string;
  /** Expressions whose present value had to be written. */
  readonly warnings: readonly string[];
}

/** undefined when there is no such expression in the named files, or when Compose still fails. */
export async function composeWritten(
  project: ProjectOptions,
  config: Config,
  asWritten: readonly string[],
): Promise<Written | undefined> {
  const sources = await Promise.all(project.files.map((file) => readSource(file, project)));
  const scalars = sources.flatMap((source) => source.scalars);
  if (scalars.length === 0) return undefined;
  const here = projectDirectory(project);
  const values = await resolveAll({ ...project, projectDirectory: here }, scalars, config);
  if (!isFixedWord(values) || values.includes('')) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'bundle-shared-'));
  try {
    const files = await writeCopies(folder, sources, values);
    const copied = { ...project, files, projectDirectory: here, profiles: ['*'] };
    const result = await config(copied, ...asWritten);
    if (result.code !== 0) return undefined;
    const { text, lost } = restoreExpressions(result.stdout, scalars, values);
    return { text, warnings: lost.map(lostText) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lostText({ path, expression }: StructuralScalar): string {
  return `"${path.join('.')}": ${expression} is written with the value that it has now`;
}

async function readSource(file: string, project: ProjectOptions): Promise<Source> {
  const text = file === '-' ? (project.stdin ?? '') : await readFile(file, 'utf8');
  return { text, scalars: findStructuralScalars(text) };
}

/** Compose itself resolves them, as extension fields of a project without services. */
async function resolveAll(
  project: ProjectOptions,
  scalars: readonly StructuralScalar[],
  config: Config,
): Promise<readonly string[]> {
  const stdin = expressionsFile(scalars.map(({ expression }) => expression));
  return expressionValues((await config({ ...project, files: ['-'], stdin })).stdout);
}

async function writeCopies(
  folder: string,
  sources: readonly Source[],
  values: readonly string[],
): Promise<readonly string[]> {
  let at = 0;
  return Promise.all(
    sources.map(async ({ text, scalars }, index) => {
      const own = values.slice(at, at + scalars.length);
      at += scalars.length;
      const file = join(folder, `${index}.yaml`);
      await writeFile(file, replaceScalars(text, scalars, own), { mode: 0o600 });
      return file;
    }),
  );
}
