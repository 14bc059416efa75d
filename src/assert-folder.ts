/** The folder in which Compose is run, looked at before it is: the system would only say that a program is missing. */
import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { inputProblems } from './input-problems.js';
import { ProblemsError } from './problems.js';

/** Throws when it is no folder, or may not be entered; `named` is what the user named it by. */
export function assertFolder(folder: string, named: string): void {
  const why = failureOf(resolve(folder));
  if (why !== undefined) throw new ProblemsError('input', [inputProblems.COMPOSE_FILE_MISSING(named, why)]);
}

function failureOf(folder: string): string | undefined {
  try {
    if (!statSync(folder).isDirectory()) return `"${folder}" is not a folder`;
    accessSync(folder, constants.X_OK);
    return undefined;
  } catch (cause) {
    return SAID[(cause as NodeJS.ErrnoException).code ?? '']?.(folder) ?? String(cause);
  }
}

const SAID: Readonly<Record<string, (folder: string) => string>> = {
  EACCES: (folder) => `the folder "${folder}" may not be entered`,
  ENOENT: (folder) => `there is no folder "${folder}"`,
  ENOTDIR: (folder) => `"${folder}" is below a file`,
};
