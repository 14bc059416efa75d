/** Writes the output folder as a whole: it appears complete or not at all. */

import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, rmdir, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { asOutputFailure } from './output-failure.js';
import type { OutputFile } from './render/render-files.js';

/** A complete folder beside the place where it shall stand; not there yet. */
export interface StagedOutput {
  /** Puts it in place of what stood there, which is kept until `settle`. */
  readonly place: () => Promise<void>;
  /** What stood there stands there again, and there is no trace of the new folder. */
  readonly undo: () => Promise<void>;
  /** Removes what stood there. */
  readonly settle: () => Promise<void>;
}

/** `dotEnv`: the project's `.env`, linked, never copied. */
export async function stageOutput(
  folder: string,
  files: readonly OutputFile[],
  dotEnv: string | undefined,
): Promise<StagedOutput> {
  try {
    const above = dirname(folder);
    const made = await mkdir(above, { recursive: true });
    const staging = await mkdtemp(join(above, `.${basename(folder)}-`));
    const staged = placement(folder, staging, made);
    try {
      await writeFiles(staging, files);
      if (dotEnv !== undefined) await symlink(relative(folder, dotEnv), join(staging, '.env'));
    } catch (error) {
      await staged.undo().catch(() => undefined);
      throw error;
    }
    return staged;
  } catch (error) {
    throw asOutputFailure(error, folder);
  }
}

async function writeFiles(staging: string, files: readonly OutputFile[]): Promise<void> {
  for (const { path, content, mode } of files) {
    await mkdir(dirname(join(staging, path)), { recursive: true });
    await writeFile(join(staging, path), content, { mode, flag: 'wx' });
  }
}

/** `made`: the topmost of the folders above that were not there before. */
function placement(folder: string, staging: string, made: string | undefined): StagedOutput {
  const old = `${staging}-old`;
  let placed: number | undefined;
  let isOldKept = false;
  return {
    async place() {
      try {
        await chmod(staging, await modeFor(folder));
        const { ino } = await stat(staging);
        isOldKept = await isDone(rename(folder, old), ABSENT);
        await rename(staging, folder);
        placed = ino;
      } catch (error) {
        throw asOutputFailure(error, folder);
      }
    },
    async undo() {
      // What another run put there meanwhile is its own.
      if (placed !== undefined && (await inode(folder)) === placed) await rename(folder, staging);
      await rm(staging, { recursive: true, force: true });
      if (isOldKept && !(await isDone(rename(old, folder), OCCUPIED))) await rm(old, { recursive: true });
      if (made !== undefined) await removeEmpty(dirname(folder), made);
    },
    settle: () => rm(old, { recursive: true, force: true }),
  };
}

/** Of what it replaces, else of any new folder: that of `mkdtemp` is closed to all others. */
async function modeFor(folder: string): Promise<number> {
  return existsSync(folder) ? (await stat(folder)).mode & 0o7777 : 0o777 & ~process.umask();
}

const ABSENT = ['ENOENT'];
const OCCUPIED = ['ENOTEMPTY', 'EEXIST'];

/** False where it could not be done for one of the reasons. */
async function isDone(work: Promise<void>, reasons: readonly string[]): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (reasons.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function inode(path: string): Promise<number | undefined> {
  return existsSync(path) ? (await stat(path)).ino : undefined;
}

/** Up to `last`; what somebody else put something into stays. */
async function removeEmpty(folder: string, last: string): Promise<void> {
  if ((await isDone(rmdir(folder), [...OCCUPIED, ...ABSENT])) && folder !== last)
    await removeEmpty(dirname(folder), last);
}
