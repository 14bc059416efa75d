/** Learns what an image is: its configuration from the Engine, a few of its files from a container that never starts. */

import * as v from 'valibot';
import type { ImageFacts } from '../images/image-facts.js';
import { platformName } from '../images/platform.js';
import type { Connection } from './connect.js';
import { notAnEngine } from './docker-problems.js';
import { engineFailure, statusOf } from './engine-failure.js';
import { followLinks } from './follow-links.js';
import { getJson } from './get-json.js';
import { type ImageFiles, withImageFiles } from './image-files.js';
import { digestOf, IMAGE, type Image, imageConfig, tagsOf } from './image-schema.js';
import { readPrograms } from './read-programs.js';

type FileFacts = Pick<
  ImageFacts,
  'distribution' | 'passwd' | 'group' | 'links' | 'folders' | 'programs' | 'hasBusyboxShell'
>;

/**
 * Links are those of the asked paths and of the image's own VOLUMEs, which become mounts as well; programs are those of
 * `commands`, each before the image's own, and of the image's own; `folders`: where it matters what is in them.
 */
export async function inspectImage(
  connection: Connection,
  reference: string,
  paths: readonly string[],
  commands: readonly (readonly string[])[],
  folders: readonly string[] = [],
  signal?: AbortSignal,
): Promise<ImageFacts | undefined> {
  try {
    const image = await readImage(connection, reference, signal);
    if (image === undefined) return undefined;
    const { Entrypoint, Cmd, Volumes } = image.Config;
    const all = [...new Set([...paths, ...Object.keys(Volumes)])].sort();
    const look = async (source: ImageFiles) => ({
      ...(await readFacts(source, all)),
      folders: await readFolders(source, folders),
      ...(await readPrograms(
        source,
        [...commands, []].map((words) => [...words, ...Entrypoint, ...Cmd]),
        image.Config,
      )),
    });
    const files = await withImageFiles(connection, image, look, signal);
    return { ...describeImage(reference, image), ...files };
  } catch (error) {
    throw engineFailure(error, connection.endpoint, `inspecting ${reference}`, signal);
  }
}

export async function imageLabels(
  connection: Connection,
  reference: string,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    return (await readImage(connection, reference, signal))?.Config.Labels;
  } catch (error) {
    throw engineFailure(error, connection.endpoint, `inspecting ${reference}`, signal);
  }
}

/** `sha256:…` of what a reference names now; undefined for nothing. */
export async function imageId(
  connection: Connection,
  reference: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await readImage(connection, reference, signal))?.Id;
  } catch (error) {
    throw engineFailure(error, connection.endpoint, `inspecting ${reference}`, signal);
  }
}

async function readImage(
  connection: Connection,
  reference: string,
  signal?: AbortSignal,
): Promise<Image | undefined> {
  try {
    const answer = await getJson(connection, `/images/${reference}/json`, signal);
    const image = v.safeParse(IMAGE, answer);
    if (image.success) return image.output;
    const said = Buffer.isBuffer(answer) ? answer.toString('utf8') : JSON.stringify(answer);
    throw notAnEngine(connection.endpoint, said);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function describeImage(reference: string, image: Image): Omit<ImageFacts, keyof FileFacts> {
  const digest = digestOf(reference, image);
  const tags = tagsOf(reference, image);
  return {
    reference,
    id: image.Id,
    ...(digest === undefined ? {} : { digest }),
    ...(tags === undefined ? {} : { tags }),
    platform: platformName(image.Os, image.Architecture, image.Variant),
    sizeBytes: image.Size,
    layers: image.RootFS.Layers,
    config: imageConfig(image),
  };
}

async function readFacts(files: ImageFiles, paths: readonly string[]): Promise<FileFacts> {
  const readText = async (path: string) =>
    (await files.readText((await followLinks(path, files.readLink)).path)) ?? '';
  const release = (await readText('/etc/os-release')) || (await readText('/usr/lib/os-release'));
  const distribution = prettyName(release);
  const links: Record<string, string> = {};
  for (const path of paths) Object.assign(links, (await followLinks(path, files.readLink)).links);
  return {
    ...(distribution === undefined ? {} : { distribution }),
    passwd: await readText('/etc/passwd'),
    group: await readText('/etc/group'),
    links: Object.fromEntries(Object.entries(links).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

async function readFolders(
  files: ImageFiles,
  folders: readonly string[],
): Promise<NonNullable<ImageFacts['folders']>> {
  const found = new Map<string, 'filled' | 'empty'>();
  for (const folder of new Set(folders)) {
    const { path } = await followLinks(folder, files.readLink);
    const state = await files.readFolder(path);
    if (state !== undefined) found.set(path, state);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** PRETTY_NAME of os-release(5), whose values are quoted as a shell's. */
export function prettyName(release: string): string | undefined {
  const value = /^PRETTY_NAME=(.*)$/m.exec(release)?.[1]?.trim();
  return value?.replace(/^(["'])(.*)\1$/, '$2').replace(/\\(["'$`\\])/g, '$1') || undefined;
}
