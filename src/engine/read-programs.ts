/** The programs that a command names: found and looked at in a container that never starts. */

import { posix } from 'node:path';
import { findProcUses } from '../images/find-proc-uses.js';
import type { ImageFacts, ProgramFacts } from '../images/image-facts.js';
import { followLinks } from './follow-links.js';
import type { ImageFiles } from './image-files.js';
import type { Image } from './image-schema.js';

/** Docker's default (`oci/defaults.go`). */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Enough for an entrypoint, a starter such as gosu and a program. */
const MOST_WORDS = 6;
const SCRIPT = Buffer.from('#!');

type Found = Pick<ImageFacts, 'programs' | 'hasBusyboxShell'>;

/** Where words are looked for: those without a slash in `places`, others below `folder`. */
interface Search {
  readonly files: ImageFiles;
  readonly places: readonly string[];
  readonly folder: string;
}

/** Facts by word, for the first words of each command that are a program of the image. */
export async function readPrograms(
  files: ImageFiles,
  commands: readonly (readonly string[])[],
  { Env, WorkingDir }: Pick<Image['Config'], 'Env' | 'WorkingDir'>,
): Promise<Found> {
  const path = Env.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) || DEFAULT_PATH;
  const search = { files, places: path.split(':'), folder: WorkingDir || '/' };
  const wanted = commands.flatMap((words) => [...new Set(words.filter(isName))].slice(0, MOST_WORDS));
  const found: [string, ProgramFacts][] = [];
  for (const word of new Set(wanted)) {
    const facts = await factsOf(search, word);
    if (facts !== undefined) found.push([word, facts]);
  }
  const shell = (await followLinks('/bin/sh', files.readLink)).path;
  return {
    programs: Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1))),
    hasBusyboxShell: shell.endsWith('/busybox'),
  };
}

function isName(word: string): boolean {
  return /^[\w./+-]+$/.test(word) && !word.startsWith('-');
}

async function factsOf(search: Search, word: string): Promise<ProgramFacts | undefined> {
  const start = await readProgram(search, word);
  if (start === undefined) return undefined;
  if (!start.subarray(0, 2).equals(SCRIPT)) return { procUses: [], ...binaryFacts([start]) };
  const text = start.toString('utf8');
  const started = await Promise.all(startedBy(text).map((name) => readProgram(search, name)));
  return { procUses: findProcUses(text), ...binaryFacts(started) };
}

/** Strings in the first MiB, where what the loader reads stands. */
function binaryFacts(starts: readonly (Buffer | undefined)[]): Omit<ProgramFacts, 'procUses'> {
  const texts = starts.map((start) => start?.toString('latin1') ?? '');
  const hasIn = (pattern: RegExp) => texts.some((text) => text.startsWith('\x7fELF') && pattern.test(text));
  return {
    findsItself: hasIn(/\0[^\0]*\$\{?ORIGIN\b[^\0]*\0/),
    ...(hasIn(/\0hostfxr_main\0/) ? { startsDotnet: true } : {}),
  };
}

async function readProgram({ files, places, folder }: Search, word: string): Promise<Buffer | undefined> {
  const candidates = word.includes('/')
    ? [posix.resolve(folder, word)]
    : places.map((place) => posix.join(place, word));
  for (const candidate of candidates.filter((path) => path.startsWith('/'))) {
    const { path } = await followLinks(candidate, files.readLink);
    const start = await files.readStart(path);
    if (start !== undefined) return start;
  }
  return undefined;
}

/** What a script becomes in so many words (`find_main_program` of runtime/mainprogram.py). */
function startedBy(script: string): readonly string[] {
  const words = [...script.matchAll(/^[^#\n]*?\bexec[ \t]+([^\n;&|]+)/gm)].flatMap(([, line = '']) =>
    line.split(/\s+/).filter(isName),
  );
  return [...new Set(words)].slice(0, MOST_WORDS);
}
