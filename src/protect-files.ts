/** Compose files of a service plan are read through copies in which the platform's expressions are protected. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { isServicePlan, protectExpressions } from './compose/protect-expressions.js';
import type { ProjectOptions } from './engine/engine.js';
import { type Problem, ProblemsError } from './problems.js';

/** Hands `work` what Compose can read; copies go when it is done, and its problems name the user's files. */
export async function withProtectedFiles<T>(
  options: ProjectOptions,
  work: (readable: ProjectOptions) => Promise<T>,
): Promise<T> {
  const texts = await Promise.all(
    options.files.map(async (file) => (file === '-' ? (options.stdin ?? '') : readFile(file, 'utf8'))),
  ).catch(() => undefined);
  // What cannot be read is for Compose to name.
  if (texts === undefined || !texts.some(isServicePlan)) return work(options);
  const folder = await mkdtemp(join(tmpdir(), 'bundle-shared-plan-'));
  try {
    return await work(await protectedCopies(options, texts, folder));
  } catch (cause) {
    throw cause instanceof ProblemsError ? renamed(cause, options, folder) : cause;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function copyOf(folder: string, file: string, index: number): string {
  return join(folder, `${index}-${basename(file)}`);
}

async function protectedCopies(
  options: ProjectOptions,
  texts: readonly string[],
  folder: string,
): Promise<ProjectOptions> {
  const files = options.files.map((file, index) => (file === '-' ? '-' : copyOf(folder, file, index)));
  for (const [index, file] of files.entries()) {
    if (file !== '-') await writeFile(file, protectExpressions(texts[index] ?? ''), { mode: 0o600 });
  }
  const first = options.files.find((file) => file !== '-');
  return {
    ...options,
    files,
    ...(options.stdin === undefined ? {} : { stdin: protectExpressions(options.stdin) }),
    projectDirectory: options.projectDirectory ?? (first === undefined ? '.' : dirname(resolve(first))),
  };
}

function renamed(error: ProblemsError, { files }: ProjectOptions, folder: string): ProblemsError {
  const rename = (text: string) =>
    files.reduce((now, file, index) => now.replaceAll(copyOf(folder, file, index), file), text);
  const problems = error.problems.map((problem): Problem => {
    const { location, why } = problem;
    return {
      ...problem,
      message: rename(problem.message),
      fix: rename(problem.fix),
      ...(why === undefined ? {} : { why: rename(why) }),
      ...(location === undefined ? {} : { location: { ...location, file: rename(resolve(location.file)) } }),
    };
  });
  return new ProblemsError(error.fault, problems, error.log.map(rename));
}
