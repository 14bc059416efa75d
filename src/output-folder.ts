/** Where the output folder goes, and whether it can: found out before anything is built. */

import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import * as v from 'valibot';
import type { Project } from './compose/project.js';
import { inputProblems } from './input-problems.js';
import { asOutputFailure } from './output-failure.js';
import { ProblemsError } from './problems.js';

/** The folder that a path leads to; refuses one that this program did not write: without a plan of its. */
export function outputFolder(path: string): string {
  try {
    const what = occupant(path);
    if (what === undefined) return realPath(path);
    throw new ProblemsError('usage', [inputProblems.OUTPUT_OCCUPIED(path, what)]);
  } catch (error) {
    throw asOutputFailure(error, path);
  }
}

/** Of what is not there yet, too. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPath(dirname(path)), basename(path));
}

function occupant(path: string): string | undefined {
  if (!existsSync(path))
    return lstatSync(path, { throwIfNoEntry: false }) === undefined
      ? undefined
      : 'is a link that leads nowhere';
  if (!statSync(path).isDirectory()) return 'is a file';
  return isReplaceable(path) ? undefined : 'holds files that bundle-shared did not write';
}

function isReplaceable(folder: string): boolean {
  if (readdirSync(folder).length === 0) return true;
  const plan = join(folder, 'plan.json');
  // Others have files of that name too: terraform, for one.
  return lstatSync(plan, { throwIfNoEntry: false })?.isFile() === true && isPlan(readFileSync(plan, 'utf8'));
}

const PLAN = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    project: v.string(),
    bundles: v.array(v.object({ bundle: v.string(), members: v.array(v.unknown()) })),
  }),
);

function isPlan(text: string): boolean {
  return v.safeParse(PLAN, text).success;
}

/** Refuses an output folder that the project's own files would go with. */
export function assertOutside(
  output: string,
  { directory, files }: Pick<Project, 'directory' | 'files'>,
): void {
  const own = [directory, ...files.filter((file) => file !== '-')].filter((path) => existsSync(path));
  const within = own.find((path) => !/^\.\.(?:\/|$)/.test(relative(output, realpathSync(path))));
  if (within === undefined) return;
  const what = `holds "${relative('.', within) || '.'}", which belongs to the project`;
  throw new ProblemsError('usage', [inputProblems.OUTPUT_OCCUPIED(relative('.', output) || '.', what)]);
}

/** Does everything that the output folder will need but writing it, and leaves no trace. */
export async function tryOutput(folder: string): Promise<void> {
  try {
    const trial = await mkdtemp(join(existingAbove(folder), `.${basename(folder)}-`));
    try {
      await writeFile(join(trial, 'file'), '');
      if (existsSync(folder)) await tryMove(folder, trial);
    } finally {
      await rm(trial, { recursive: true, force: true });
    }
  } catch (error) {
    throw asOutputFailure(error, folder);
  }
}

function existingAbove(path: string): string {
  const above = dirname(path);
  return existsSync(above) ? above : existingAbove(above);
}

/** No folder can be moved to where one stands that holds files: refused for that reason, it could be moved elsewhere. */
async function tryMove(folder: string, occupied: string): Promise<void> {
  const refusal = await rename(folder, occupied).catch((error: NodeJS.ErrnoException) => error);
  if (refusal instanceof Error && refusal.code !== 'ENOTEMPTY' && refusal.code !== 'EEXIST') throw refusal;
}
