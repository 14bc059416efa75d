/** Reads files of an image through a container that is created, never started, and always removed. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Container } from 'dockerode';
import { type Extract, extract } from 'tar-stream';
import * as v from 'valibot';
import type { Connection } from './connect.js';
import { statusOf } from './engine-failure.js';
import type { Image } from './image-schema.js';

export interface ImageFiles {
  /** Whether anything is in a folder; undefined when there is none. A file counts as one with content. */
  readFolder(path: string): Promise<'filled' | 'empty' | undefined>;
  /** Target of a symbolic link as stored; undefined for anything else, or nothing. */
  readLink(path: string): Promise<string | undefined>;
  /** At most 4 MiB of a file, undefined when there is no such file. */
  readText(path: string): Promise<string | undefined>;
  /** The first MiB of a file, undefined when there is no such file. */
  readStart(path: string): Promise<Buffer | undefined>;
}

/** Go's os.ModeSymlink. */
const SYMLINK_BIT = 2 ** 27;
/** Longer than any passwd file that names users; the sender of an endless one is not read to its end. */
const MOST_TEXT = 1 << 22;
const NO_COMMAND = ['/bundle-shared-never-runs'];

export async function withImageFiles<T>(
  { docker }: Connection,
  image: Image,
  read: (files: ImageFiles) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { Entrypoint, Cmd, Volumes } = image.Config;
  const container = await docker.createContainer({
    name: `bundle-shared-inspect-${randomBytes(6).toString('hex')}`,
    Image: image.Id,
    // The Engine refuses a container without any command.
    ...(Entrypoint.length + Cmd.length === 0 ? { Cmd: NO_COMMAND } : {}),
    NetworkDisabled: true,
    // Otherwise each VOLUME would become a volume and its content would be copied.
    HostConfig: { Tmpfs: Object.fromEntries(Object.keys(Volumes).map((path) => [path, ''])) },
  });
  try {
    return await read(filesOf({ container, abort: signal === undefined ? {} : { abortSignal: signal } }));
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** A container whose files are read until an abort. */
interface Source {
  readonly container: Container;
  readonly abort: { readonly abortSignal?: AbortSignal };
}

function filesOf(source: Source): ImageFiles {
  const seen = new Map<string, Promise<string | undefined>>();
  return {
    readFolder: (path) => folderState(source, path),
    readLink(path) {
      const known = seen.get(path) ?? linkTarget(source, path);
      seen.set(path, known);
      return known;
    },
    readText: async (path) => (await firstEntry(source, path, MOST_TEXT))?.content?.toString('utf8'),
    readStart: async (path) => (await firstEntry(source, path, 1 << 20))?.content,
  };
}

/** The Engine's own answer about a link is resolved; what is stored stands in the archive. */
async function linkTarget(source: Source, path: string): Promise<string | undefined> {
  const mode = await modeOf(source, path);
  if (mode === 'loop') return path;
  if (!(mode & SYMLINK_BIT)) return undefined;
  return (await firstEntry(source, path))?.link;
}

const STAT = v.pipe(
  v.string(),
  v.transform((base64) => Buffer.from(base64, 'base64').toString('utf8')),
  v.parseJson(),
  v.object({ mode: v.number() }),
);

/** File mode as Go writes it; 0 for what does not exist; `loop` for a link that the Engine refuses to look at. */
async function modeOf(source: Source, path: string): Promise<number | 'loop'> {
  try {
    const answer = (await source.container.infoArchive({ path, ...source.abort })) as IncomingMessage;
    answer.resume();
    return v.parse(STAT, answer.headers['x-docker-container-path-stat']).mode;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return 0;
    if (status === 500 && (await isLoop(source, path))) return 'loop';
    throw error;
  }
}

/** The answer to HEAD has no body; that to GET says why. */
async function isLoop(source: Source, path: string): Promise<boolean> {
  const reason: unknown = await source.container
    .getArchive({ path, ...source.abort })
    .catch((error: unknown) => error);
  return reason instanceof Error && /too many links|too many levels/i.test(reason.message);
}

async function folderState(source: Source, path: string): Promise<'filled' | 'empty' | undefined> {
  const types = await readArchive(source, path, async (entries) => {
    const found: string[] = [];
    for await (const entry of entries) {
      found.push(entry.header.type ?? 'file');
      entry.resume();
      if (found.length > 1) break;
    }
    return found;
  });
  if (types === undefined) return undefined;
  return types.length === 1 && types[0] === 'directory' ? 'empty' : 'filled';
}

interface Entry {
  readonly content?: Buffer;
  readonly link?: string;
}

async function firstEntry(
  source: Source,
  path: string,
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<Entry | undefined> {
  return readArchive(source, path, async (entries) => {
    for await (const entry of entries) {
      const { type, linkname } = entry.header;
      if (type === 'file') return { content: await startOf(entry, mostBytes) };
      return type === 'symlink' && linkname ? { link: linkname } : {};
    }
    return undefined;
  });
}

/** Undefined for a path that is not there. */
async function readArchive<T>(
  source: Source,
  path: string,
  read: (entries: Extract) => Promise<T>,
): Promise<T | undefined> {
  const archive = await source.container.getArchive({ path, ...source.abort }).catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined;
    throw error;
  });
  if (archive === undefined) return undefined;
  const entries = extract();
  archive.on('error', (error) => entries.destroy(error));
  try {
    return await read(archive.pipe(entries));
  } finally {
    // The rest of a folder that nobody reads would keep the connection, and the program, alive.
    (archive as IncomingMessage).destroy();
  }
}

async function startOf(stream: AsyncIterable<unknown>, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    const chunk = piece as Uint8Array;
    chunks.push(chunk);
    size += chunk.length;
    if (size >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes);
}
