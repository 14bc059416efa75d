/** The docker command, with a time limit and an error that says what failed. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

/** Both outputs of `docker ARGS…`; fails with the end of what it printed. */
export async function docker(
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ stdout: string; stderr: string }> {
  try {
    return await run('docker', [...args], {
      env: { ...process.env, ...options.env },
      maxBuffer: 1 << 27,
      timeout: options.timeoutMs ?? 300_000,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`docker ${args.join(' ')} failed:\n${`${stdout}${stderr}`.slice(-4000)}`, { cause });
  }
}

/** Asks again every 100 ms until the answer is not undefined; the error names what was awaited. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMs = 180_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
