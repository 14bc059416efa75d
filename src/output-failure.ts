/** Says what a failure of the file system means for the output folder. */
import { getSystemErrorMap } from 'node:util';
import { inputProblems } from './input-problems.js';
import { ProblemsError } from './problems.js';

/** Anything but an error of the file system stays what it is. */
export function asOutputFailure(error: unknown, folder: string): unknown {
  const cause = fileError(error);
  if (cause === undefined) return error;
  return new ProblemsError('usage', [inputProblems.OUTPUT_UNWRITABLE(folder, cause.code, cause.text)]);
}

/** What the system says of a file; undefined for any other error. */
export function fileError(error: unknown): { readonly code: string; readonly text: string } | undefined {
  const { errno, code, path } = error as NodeJS.ErrnoException;
  const said = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
  if (said === undefined || code === undefined) return undefined;
  return { code, text: path === undefined ? said : `${path}: ${said}` };
}
