/** Takes work back after a failure. */
import type { BundleEvent } from './bundle-options.js';
import { type Problem, warning } from './problems.js';

/** What failed before is the news: what cannot be taken back is told beside it, never instead of it. */
export async function takeBack(
  what: string,
  undo: () => Promise<unknown>,
  onEvent: (event: BundleEvent) => void,
): Promise<void> {
  try {
    await undo();
  } catch (cause) {
    onEvent({ type: 'warning', problem: leftBehind(what, cause) });
  }
}

/** Of what was made or replaced and could not be put back or removed. */
export function leftBehind(what: string, cause: unknown): Problem {
  return warning('LEFT_BEHIND', `${what} could not be cleaned up`, undefined, {
    why: cause instanceof Error ? cause.message : String(cause),
    fix: 'see whether it is still there, and remove it',
  });
}
