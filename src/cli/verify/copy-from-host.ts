/** Copies a folder or file that a container may write to, with its owners, unless it is too big to copy for a trial. */
import { cp, lchown, lstat, mkdir, open, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostCopy } from './override-file.js';

export type CopyOutcome = 'copied' | 'copied in part' | 'absent' | 'too big' | 'unreadable' | 'special';

const MOST_BYTES = 256 * 1024 * 1024;

/** A link is followed, as the Engine would follow the copy of it back to the host; links inside stay links. */
export async function copyFromHost({ from, to }: HostCopy): Promise<CopyOutcome> {
  const { outcome, path } = await lookAt(from);
  if (outcome === 'copied') return (await copy(path, to)) ? 'copied' : 'copied in part';
  // A socket or a device cannot be copied; the Engine follows the link to it.
  if (outcome === 'special') await symlink(path, to);
  else if (await isFile(path)) await writeFile(to, '');
  else await mkdir(to);
  return outcome;
}

/** `path`: behind all links. */
async function lookAt(from: string): Promise<{ readonly outcome: CopyOutcome; readonly path: string }> {
  try {
    const path = await realpath(from);
    return { outcome: await outcomeFor(path), path };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { outcome: 'absent', path: from };
    if (isRefusal(error)) return { outcome: 'unreadable', path: from };
    throw error;
  }
}

async function outcomeFor(path: string): Promise<CopyOutcome> {
  try {
    const stats = await lstat(path);
    if (!stats.isDirectory() && !stats.isFile()) return 'special';
    return (await readableBytesIn(path, MOST_BYTES)) > MOST_BYTES ? 'too big' : 'copied';
  } catch (error) {
    if (isRefusal(error)) return 'unreadable';
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

async function isFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isFile() === true;
}

/** Whether that was all: sockets, pipes and devices cannot be copied. */
async function copy(from: string, to: string): Promise<boolean> {
  let isWhole = true;
  await cp(from, to, {
    recursive: true,
    dereference: false,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: async (path) => {
      const isTaken = await isCopied(path);
      isWhole &&= isTaken;
      return isTaken;
    },
  });
  if (process.getuid?.() === 0) await copyOwners(from, to);
  return isWhole;
}

async function isCopied(path: string): Promise<boolean> {
  const stats = await lstat(path);
  return stats.isDirectory() || stats.isFile() || stats.isSymbolicLink();
}

/** Stops counting beyond `most`; fails where something may not be read, so that no half of a copy is made. */
async function readableBytesIn(path: string, most: number): Promise<number> {
  const stats = await lstat(path);
  if (stats.isFile()) await (await open(path)).close();
  if (!stats.isDirectory()) return stats.size;
  let sum = 0;
  for (const name of await readdir(path)) {
    if (sum > most) break;
    sum += await readableBytesIn(join(path, name), most - sum);
  }
  return sum;
}

async function copyOwners(from: string, to: string): Promise<void> {
  const stats = await lstat(from);
  if ((await lstatIfThere(to)) === undefined) return;
  await lchown(to, stats.uid, stats.gid);
  if (!stats.isDirectory()) return;
  for (const name of await readdir(from)) await copyOwners(join(from, name), join(to, name));
}

async function lstatIfThere(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
