/** Writes the output folder as a whole: it appears complete or not at all. */

import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import * as v from 'valibot';
import type { Project } from './compose/project.js';
import { inputProblems } from './input-problems.js';
import { ProblemsError } from './problems.js';
import type { OutputFile } from './render/render-files.js';

/** The folder that a path leads to; refuses one that this program did not write: without a plan of its. */
export function outputFolder(path: string): string {
  const what = occupant(path);
  if (what === undefined) return realPath(path);
  throw new ProblemsError('usage', [inputProblems.OUTPUT_OCCUPIED(path, what)]);
}

/** Of what is not there yet, too. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPath(dirname(path)), basename(path));
}

function occupant(path: string): string | undefined {
  if (!existsSync(path))
    return lstatSync(path, { throwIfNoEntry: false }) === undefined
      ? undefined
      : 'is a link that leads nowhere';
  if (!statSync(path).isDirectory()) return 'is a file';
  return isReplaceable(path) ? undefined : 'holds files that bundle-shared did not write';
}

function isReplaceable(folder: string): boolean {
  if (readdirSync(folder).length === 0) return true;
  const plan = join(folder, 'plan.json');
  // Others have files of that name too: terraform, for one.
  return lstatSync(plan, { throwIfNoEntry: false })?.isFile() === true && isPlan(readFileSync(plan, 'utf8'));
}

const PLAN = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    project: v.string(),
    bundles: v.array(v.object({ bundle: v.string(), members: v.array(v.unknown()) })),
  }),
);

function isPlan(text: string): boolean {
  return v.safeParse(PLAN, text).success;
}

/** Refuses an output folder that the project's own files would go with. */
export function assertOutside(
  output: string,
  { directory, files }: Pick<Project, 'directory' | 'files'>,
): void {
  const own = [directory, ...files.filter((file) => file !== '-')].filter((path) => existsSync(path));
  const within = own.find((path) => !/^\.\.(?:\/|$)/.test(relative(output, realpathSync(path))));
  if (within === undefined) return;
  const what = `holds "${relative('.', within) || '.'}", which belongs to the project`;
  throw new ProblemsError('usage', [inputProblems.OUTPUT_OCCUPIED(relative('.', output) || '.', what)]);
}

/** A complete folder beside the place where it shall stand; not there yet. */
export interface StagedOutput {
  /** Puts it in place of what stood there. */
  readonly commit: () => Promise<void>;
  /** Leaves no trace of it. */
  readonly discard: () => Promise<void>;
}

/** `dotEnv`: the project's `.env`, linked, never copied. */
export async function stageOutput(
  folder: string,
  files: readonly OutputFile[],
  dotEnv: string | undefined,
): Promise<StagedOutput> {
  await mkdir(dirname(folder), { recursive: true });
  const staging = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  const discard = () => rm(staging, { recursive: true, force: true });
  try {
    for (const { path, content, mode } of files) {
      await mkdir(dirname(join(staging, path)), { recursive: true });
      await writeFile(join(staging, path), content, { mode, flag: 'wx' });
    }
    if (dotEnv !== undefined) await symlink(relative(folder, dotEnv), join(staging, '.env'));
  } catch (cause) {
    await discard();
    throw cause;
  }
  return { commit: () => replace(staging, folder), discard };
}

async function replace(staging: string, folder: string): Promise<void> {
  const old = `${staging}-old`;
  const isThere = existsSync(folder);
  if (isThere) await rename(folder, old);
  await rename(staging, folder);
  if (isThere) await rm(old, { recursive: true, force: true });
}
