/** What is left of processes whose parents did not wait for them. */
import { expect } from 'vitest';
import { eventually } from '../docker.js';
import { inBundle } from './bundle-state.js';
import { record } from './scorecard.js';

/**
 * Fails where a look at the container finds zombies for ever: what has just ended is one for a moment. `parent` is who has
 * to wait for them; anybody's count by default.
 */
export async function expectNoZombies(
  container: string,
  says: string,
  orphans: number,
  parent = 0,
): Promise<void> {
  const theirs = `awk '$1 == "Z" && (${parent} == 0 || $2 == ${parent})'`;
  const line = `cat /proc/[0-9]*/stat 2>/dev/null | sed 's/.*) //' | ${theirs} | wc -l`;
  let left = Number.NaN;
  const ended = eventually('the zombies to be gone', async () => {
    left = Number(await inBundle(container, line));
    return left === 0 ? true : undefined;
  });
  await ended.catch(() => undefined);
  record('R7', says, left === 0, { orphans, left });
  expect(left).toBe(0);
}
