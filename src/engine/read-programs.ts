/** The programs that a command names: found and looked at in a container that never starts. */

import { findProcUses } from '../images/find-proc-uses.js';
import type { ImageFacts, ProgramFacts } from '../images/image-facts.js';
import { followLinks } from './follow-links.js';
import type { ImageFiles } from './image-files.js';

/** Docker's default (`oci/defaults.go`). */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Enough for an entrypoint, a starter such as gosu and a program. */
const MOST_WORDS = 6;

type Found = Pick<ImageFacts, 'programs' | 'hasBusyboxShell'>;

/** Facts by word, for the first words of each command that are a program of the image. */
export async function readPrograms(
  files: ImageFiles,
  commands: readonly (readonly string[])[],
  env: readonly string[],
): Promise<Found> {
  const path = env.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) || DEFAULT_PATH;
  const wanted = commands.flatMap((words) => [...new Set(words.filter(isName))].slice(0, MOST_WORDS));
  const found: [string, ProgramFacts][] = [];
  for (const word of new Set(wanted)) {
    const facts = await findProgram(files, word, path.split(':'));
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

async function findProgram(
  files: ImageFiles,
  word: string,
  places: readonly string[],
): Promise<ProgramFacts | undefined> {
  const candidates = word.includes('/') ? [word] : places.map((place) => `${place}/${word}`);
  for (const candidate of candidates.filter((path) => path.startsWith('/'))) {
    const { path } = await followLinks(candidate, files.readLink);
    const start = await files.readStart(path);
    if (start !== undefined) return describe(start);
  }
  return undefined;
}

function describe(start: Buffer): ProgramFacts {
  const text = start.toString('latin1');
  return {
    procUses: text.startsWith('#!') ? findProcUses(start.toString('utf8')) : [],
    findsItself: text.startsWith('\x7fELF') && /\0[^\0]*\$\{?ORIGIN\b[^\0]*\0/.test(text),
  };
}
