/** Runs `docker compose` commands whose work, not whose answer, is wanted: build, pull, up, down. */
import { projectArguments, projectDirectory } from './compose-arguments.js';
import { withoutWarnings } from './compose-warnings.js';
import { composeFailed } from './docker-problems.js';
import type { ComposeRun, ProjectOptions } from './engine.js';
import { type CommandResult, runCommand } from './run-command.js';

export interface DockerRun extends ComposeRun {
  readonly environment: NodeJS.ProcessEnv;
}

const LOG_TAIL = 30;

export async function composeBuild(
  project: ProjectOptions,
  services: readonly string[],
  run: DockerRun,
): Promise<void> {
  await composeRun(project, ['build', ...services], run);
}

export async function composePull(
  project: ProjectOptions,
  services: readonly string[],
  run: DockerRun,
): Promise<void> {
  await composeRun(project, ['pull', '--quiet', ...services], run);
}

export async function composeRun(
  project: ProjectOptions,
  args: readonly string[],
  run: DockerRun,
): Promise<string> {
  const tail: string[] = [];
  const result = await runCommand(
    'docker',
    ['compose', '--ansi', 'never', '--progress', 'plain', ...projectArguments(project), ...args],
    {
      cwd: projectDirectory(project),
      environment: run.environment,
      ...(project.stdin === undefined ? {} : { input: project.stdin }),
      signal: run.signal,
      onLine: (line) => {
        tail.push(line);
        if (tail.length > LOG_TAIL) tail.shift();
        run.onLine(line);
      },
    },
  );
  if (result.code === 0) return result.stdout;
  throw composeCommandFailed(args[0] ?? '', result, tail);
}

function composeCommandFailed(verb: string, result: CommandResult, tail: readonly string[]): Error {
  const last = withoutWarnings(result.stderr).split('\n').at(-1)?.trim();
  const how = result.code === undefined ? 'was killed' : `failed with exit code ${result.code}`;
  return composeFailed(verb, how, last || undefined, tail);
}
