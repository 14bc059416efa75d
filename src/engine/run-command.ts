/** Starts a program with an argument array (never a shell), bounds what it prints and ends its whole process group. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { interruption } from '../problems.js';
import { commandMissing } from './docker-problems.js';
import { lineSplitter } from './line-splitter.js';

export interface CommandResult {
  /** undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  /** At most its last megabyte. */
  readonly stderr: string;
}

export interface CommandOptions {
  readonly signal?: AbortSignal | undefined;
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
  /** What the program reads from stdin; nothing by default. */
  readonly input?: string;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const STDOUT_LIMIT = 64 * 1024 * 1024;
const STDERR_LIMIT = 1024 * 1024;
const GRACE_MS = 5000;

/** Resolves with whatever exit code; rejects when the program cannot be started or was interrupted. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  if (options.signal?.aborted) throw interruption();
  // A process group of its own: plugins that docker starts end with it, and the terminal's Ctrl-C reaches only us.
  const child = spawn(command, args, {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.environment === undefined ? {} : { env: options.environment }),
  });
  // A program that ends without reading it is no failure of ours.
  child.stdin.on('error', () => undefined).end(options.input);
  const release = endWithSignal(child, options.signal);
  try {
    const result = await collect(child, command, options.onLine);
    if (options.signal?.aborted) throw interruption();
    return result;
  } finally {
    release();
  }
}

function collect(child: Child, command: string, onLine?: (line: string) => void): Promise<CommandResult> {
  const stdout = boundedText(STDOUT_LIMIT);
  const stderr = boundedText(STDERR_LIMIT);
  const listen = (stream: Readable, text: BoundedText) => {
    const lines = onLine === undefined ? undefined : lineSplitter(onLine);
    stream.on('data', (chunk: Buffer) => {
      text.add(chunk);
      lines?.add(chunk);
    });
    stream.on('end', () => lines?.end());
  };
  listen(child.stdout, stdout);
  listen(child.stderr, stderr);
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? commandMissing(command) : error),
    );
    child.on('close', (code) =>
      resolve({ code: code ?? undefined, stdout: stdout.read(), stderr: stderr.read() }),
    );
  });
}

/** SIGTERM to the group on abort, SIGKILL after a grace or when this process exits first. */
function endWithSignal(child: Child, signal: AbortSignal | undefined): () => void {
  let timer: NodeJS.Timeout | undefined;
  const kill = () => signalGroup(child, 'SIGKILL');
  const stop = () => {
    signalGroup(child, 'SIGTERM');
    timer = setTimeout(kill, GRACE_MS);
  };
  signal?.addEventListener('abort', stop, { once: true });
  process.once('exit', kill);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    process.removeListener('exit', kill);
  };
}

function signalGroup(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

interface BoundedText {
  add(chunk: Buffer): void;
  read(): string;
}

/** Keeps the end: what a program says last tells why it failed. */
function boundedText(limit: number): BoundedText {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    add(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (size < 2 * limit) return;
      chunks = [Buffer.concat(chunks).subarray(-limit)];
      size = limit;
    },
    read: () => Buffer.concat(chunks).subarray(-limit).toString('utf8'),
  };
}
