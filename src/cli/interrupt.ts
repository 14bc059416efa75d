/** Ctrl-C: the first one stops the work in an orderly way, the second one at once. */
import type { EventEmitter } from 'node:events';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs `work` with a signal that an interruption aborts; `force` is for whom that takes too long. */
export async function interruptible<T>(
  source: Pick<EventEmitter, 'on' | 'off'>,
  force: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) force();
    controller.abort();
  };
  for (const name of SIGNALS) source.on(name, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) source.off(name, onSignal);
  }
}
