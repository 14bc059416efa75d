/** Copies a folder or file that a container may write to, with its owners, unless it is too big to copy for a trial. */
import { cp, lchown, lstat, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostCopy } from './override-file.js';

export type CopyOutcome = 'copied' | 'absent' | 'too big' | 'special';

const MOST_BYTES = 256 * 1024 * 1024;

export async function copyFromHost({ from, to }: HostCopy): Promise<CopyOutcome> {
  const stats = await lstatIfThere(from);
  if (stats === undefined) {
    await mkdir(to);
    return 'absent';
  }
  if (!stats.isDirectory() && !stats.isFile() && !stats.isSymbolicLink()) {
    // A socket or a device cannot be copied; the Engine follows the link to it.
    await symlink(from, to);
    return 'special';
  }
  if ((await bytesIn(from, MOST_BYTES)) > MOST_BYTES) {
    await mkdir(to);
    return 'too big';
  }
  await cp(from, to, {
    recursive: true,
    dereference: false,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: isCopied,
  });
  if (process.getuid?.() === 0) await copyOwners(from, to);
  return 'copied';
}

async function isCopied(path: string): Promise<boolean> {
  const stats = await lstat(path);
  return stats.isDirectory() || stats.isFile() || stats.isSymbolicLink();
}

/** Stops counting beyond `most`. */
async function bytesIn(path: string, most: number): Promise<number> {
  const stats = await lstat(path);
  if (!stats.isDirectory()) return stats.size;
  let sum = 0;
  for (const name of await readdir(path)) {
    if (sum > most) break;
    sum += await bytesIn(join(path, name), most - sum);
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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
