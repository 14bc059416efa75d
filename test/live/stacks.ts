import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Stack {
  readonly dir: string;
  readonly project: string;
  /** compose.yaml of `dir` unless said. */
  readonly file?: string;
  /** A second file, whose keys override those of the first. */
  readonly override?: string;
}

/** Starts a project and waits until all its services are running or healthy. */
export async function composeUp(stack: Stack, ...services: readonly string[]): Promise<void> {
  await compose(stack, ['build', '--quiet'], 600);
  try {
    await compose(stack, ['up', '--detach', '--wait', '--wait-timeout', '400', ...services], 450);
  } catch (error) {
    const logs = await compose(stack, ['logs', '--no-color', '--tail', '30'], 120).catch(String);
    throw new Error(`${stack.project} did not start\n${String(error)}\n${logs}`, { cause: error });
  }
}

/** Stops a project; its volumes go too, unless they are kept for a later start. */
export async function composeDown(stack: Stack, volumes: 'keep' | 'delete' = 'delete'): Promise<void> {
  const flags = volumes === 'delete' ? ['--volumes'] : [];
  await compose(stack, ['down', '--remove-orphans', ...flags], 300);
}

/** Runs a command in the container of a service, gives what it printed. */
export async function composeExec(
  stack: Stack,
  service: string,
  ...words: readonly string[]
): Promise<string> {
  return compose(stack, ['exec', '-T', service, ...words], 180);
}

/** Runs one `docker compose` command on a stack, gives its output. */
export async function compose(stack: Stack, words: readonly string[], seconds: number): Promise<string> {
  const file = stack.file === undefined ? [] : ['--file', stack.file];
  if (stack.override !== undefined) file.push('--file', resolve(stack.override));
  const { stdout } = await run('docker', ['compose', ...file, '--project-name', stack.project, ...words], {
    cwd: stack.dir,
    timeout: seconds * 1000,
    maxBuffer: 16 << 20,
  });
  return stdout;
}
