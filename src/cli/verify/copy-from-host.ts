/** Copies a folder or file that a container may write to, with its owners, unless it is too big to copy for a trial. */
import { cp, lchown, lstat, mkdir, open, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostCopy } from './override-file.js';

export type CopyOutcome = 'copied' | 'absent' | 'too big' | 'unreadable' | 'special';

const MOST_BYTES = 256 * 1024 * 1024;

export async function copyFromHost({ from, to }: HostCopy): Promise<CopyOutcome> {
  const outcome = await outcomeFor(from);
  if (outcome === 'copied') await copy(from, to);
  // A socket or a device cannot be copied; the Engine follows the link to it.
  else if (outcome === 'special') await symlink(from, to);
  else if (await isFile(from)) await writeFile(to, '');
  else await mkdir(to);
  return outcome;
}

async function outcomeFor(path: string): Promise<CopyOutcome> {
  try {
    const stats = await lstatIfThere(path);
    if (stats === undefined) return 'absent';
    if (!stats.isDirectory() && !stats.isFile() && !stats.isSymbolicLink()) return 'special';
    return (await readableBytesIn(path, MOST_BYTES)) > MOST_BYTES ? 'too big' : 'copied';
  } catch (error) {
    if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return 'unreadable';
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isFile() === true;
}

async function copy(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    dereference: false,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: isCopied,
  });
  if (process.getuid?.() === 0) await copyOwners(from, to);
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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
