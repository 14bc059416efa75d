/** A registry on the loopback interface that the Engine accepts. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Starts it, unless it runs; its address. */
export async function registry(): Promise<string> {
  const { stdout } = await run('bash', ['scripts/engine.sh', 'registry'], { timeout: 300_000 });
  return stdout.trim().split('\n').at(-1) ?? '';
}
