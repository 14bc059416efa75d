/** The options of `docker compose` that name a project. */
import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
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

const DEFAULT_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** The folder that relative paths of the project count from, by Compose's rules. */
export function projectDirectory(options: ProjectOptions, environment: NodeJS.ProcessEnv): string {
  if (options.projectDirectory !== undefined) return absolute(options.projectDirectory);
  const separator = environment.COMPOSE_PATH_SEPARATOR ?? delimiter;
  const first = options.files[0] ?? environment.COMPOSE_FILE?.split(separator)[0];
  return first ? dirname(absolute(first)) : nearestProject(process.cwd());
}

function nearestProject(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (DEFAULT_NAMES.some((name) => existsSync(join(folder, name)))) return folder;
    if (folder === dirname(folder)) return start;
  }
}

function absolute(path: string): string {
  return path === '-' ? path : resolve(path);
}
