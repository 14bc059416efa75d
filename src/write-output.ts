/** Writes the output folder as a whole: it appears complete or not at all. */

import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { inputProblems } from './input-problems.js';
import { ProblemsError } from './problems.js';
import type { OutputFile } from './render/render-files.js';

/** The folder that a path leads to; refuses one that this program did not write: without its plan. */
export function outputFolder(path: string): string {
  const what = occupant(path);
  if (what === undefined) return existsSync(path) ? realpathSync(path) : path;
  throw new ProblemsError('usage', [inputProblems.OUTPUT_OCCUPIED(path, what)]);
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
  return readdirSync(folder).length === 0 || existsSync(join(folder, 'plan.json'));
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
