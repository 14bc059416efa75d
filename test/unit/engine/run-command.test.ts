import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCommand } from '../../../src/engine/run-command.js';
import { caught } from './caught.js';

test('arguments reach the program as they are', async () => {
  const args = ['%s\\n', '$HOME `id` "quoted" ; *', ''];
  expect((await runCommand('printf', args)).stdout).toBe('$HOME `id` "quoted" ; *\n\n');
});

test('a command that does not exist is a problem that says so', async () => {
  expect((await caught(runCommand('eng-no-such-command', []))).problems[0]?.code).toBe(
    'DOCKER_COMMAND_MISSING',
  );
});

test('lines of both outputs are told while the program runs', async () => {
  const lines: string[] = [];
  const result = await runCommand('sh', ['-c', 'echo a; echo b >&2; printf c; exit 3'], {
    onLine: (line) => lines.push(line),
  });
  expect(result).toEqual({ code: 3, stdout: 'a\nc', stderr: 'b\n' });
  expect(lines.sort()).toEqual(['a', 'b', 'c']);
});

test('an interruption ends the program and its children', async () => {
  const controller = new AbortController();
  let child = 0;
  const onLine = (line: string) => {
    child = Number(line);
    controller.abort();
  };
  const running = runCommand('sh', ['-c', 'sleep 1000 & echo $!; wait'], {
    signal: controller.signal,
    onLine,
  });
  expect((await caught(running)).fault).toBe('interrupted');
  await expect.poll(() => isAlive(child), { timeout: 60_000 }).toBe(false);
});

/** A zombie is dead: its new parent has not looked yet. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
