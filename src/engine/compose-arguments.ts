/** The options of `docker compose` that name a project. */
import { dirname, resolve } from 'node:path';
import type { ProjectOptions } from './engine.js';

/** Absolute, since Compose is run in the project's own folder. */
export function projectArguments(options: ProjectOptions): string[] {
  const repeat = (flag: string, values: readonly string[]) => values.flatMap((value) => [flag, value]);
  return [
    ...repeat('--file', options.files.map(absolute)),
    ...repeat('--env-file', options.envFiles.map(absolute)),
    ...repeat('--profile', options.profiles),
    ...(options.projectName === undefined ? [] : ['--project-name', options.projectName]),
    ...(options.projectDirectory === undefined
      ? []
      : ['--project-directory', absolute(options.projectDirectory)]),
  ];
}

/** The folder that relative paths of the project count from, by Compose's rules. */
export function projectDirectory(options: ProjectOptions): string {
  if (options.projectDirectory !== undefined) return absolute(options.projectDirectory);
  const first = options.files.find((file) => file !== '-');
  return first === undefined ? process.cwd() : dirname(absolute(first));
}

function absolute(path: string): string {
  return path === '-' ? path : resolve(path);
}
