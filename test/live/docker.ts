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
  const timeoutMs = options.timeoutMs ?? 300_000;
  const limit = new AbortController();
  const ended = after(timeoutMs, () => limit.abort());
  try {
    return await run('docker', [...args], {
      env: { ...process.env, ...options.env },
      maxBuffer: 1 << 27,
      signal: limit.signal,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    const how = limit.signal.aborted ? `did not end within ${timeoutMs / 1000} s` : 'failed';
    throw new Error(`docker ${args.join(' ')} ${how}:\n${`${stdout}${stderr}`.slice(-4000)}`, { cause });
  } finally {
    ended();
  }
}

const TICK_MS = 1000;
/** The most of a wait that one look at the clock counts: a machine that stood still finds its clocks ahead. */
const STANDSTILL_MS = 60_000;

/** Does something after a time, unless the returned function is called before. */
function after(ms: number, act: () => void): () => void {
  let [left, last] = [ms, performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    left -= Math.min(now - last, STANDSTILL_MS);
    last = now;
    if (left > 0) return;
    clearInterval(timer);
    act();
  }, TICK_MS);
  return () => clearInterval(timer);
}

/**
 * Asks again until the answer is not undefined, after 100 ms or as long as asking took, so that asking leaves the machine
 * to what is awaited; the error names that.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMs = 180_000,
): Promise<T> {
  let isOver = false;
  const ended = after(timeoutMs, () => {
    isOver = true;
  });
  try {
    for (;;) {
      const began = performance.now();
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (isOver) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, Math.max(100, performance.now() - began)));
    }
  } finally {
    ended();
  }
}
