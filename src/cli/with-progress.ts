/** Shows the events of some work on stderr, and each warning once. */
import type { BundleEvent } from '../bundle-options.js';
import type { Problem } from '../problems.js';
import type { ProgressMode } from './invocation.js';
import { paintFor } from './paint.js';
import { plainProgress } from './plain-progress.js';
import { problemsText } from './print-problems.js';
import type { Progress } from './progress.js';
import type { Streams } from './streams.js';
import { terminalProgress } from './terminal-progress.js';

type Work<T> = (onEvent: (event: BundleEvent) => void) => Promise<T>;

export async function withProgress<T extends { readonly warnings: readonly Problem[] }>(
  streams: Streams,
  mode: ProgressMode,
  work: Work<T>,
): Promise<T> {
  const progress = progressFor(streams, mode);
  const warnings: Problem[] = [];
  const told = (event: BundleEvent) => {
    if (event.type === 'warning') warnings.push(event.problem);
    progress.show(event);
  };
  try {
    const result = await work(told);
    warnings.splice(0, warnings.length, ...result.warnings);
    return result;
  } finally {
    progress.end();
    streams.stderr.write(problemsText(warnings, paintFor(streams.stderr, streams.env)));
  }
}

function progressFor(streams: Streams, mode: ProgressMode): Progress {
  const { stderr, env } = streams;
  const isTerminal = stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI;
  switch (mode === 'auto' ? (isTerminal ? 'tty' : 'plain') : mode) {
    case 'tty':
      return terminalProgress(stderr, paintFor(stderr, env));
    case 'plain':
      return plainProgress(stderr);
    case 'json':
      return { show: (event) => stderr.write(`${JSON.stringify(event)}\n`), end: () => undefined };
    default:
      return { show: () => undefined, end: () => undefined };
  }
}
