/** Waits until a container is healthy, has ended, or the time is up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { asObject } from '../../compose/json.js';
import type { Engine } from '../../engine/engine.js';

export interface Outcome {
  readonly health: 'healthy' | 'unhealthy' | 'starting' | 'ended';
  readonly exitCode: number;
}

const POLL_MS = 500;

/** A bundle that is unhealthy may still become healthy: its members may be slow. Only its end is final. */
export async function waitForHealth(
  engine: Engine,
  container: string,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const end = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const outcome = outcomeOf(asObject((await engine.inspectContainer(container))?.State));
    if (outcome.health === 'healthy' || outcome.health === 'ended' || Date.now() > end) return outcome;
    await sleep(POLL_MS, undefined, { signal });
  }
}

function outcomeOf(state: ReturnType<typeof asObject>): Outcome {
  const exitCode = typeof state.ExitCode === 'number' ? state.ExitCode : 0;
  if (state.Running !== true || state.Restarting === true) return { health: 'ended', exitCode };
  const { Status } = asObject(state.Health);
  // An image without a health check is healthy when it runs.
  const health = Status === undefined || Status === 'none' ? 'healthy' : Status;
  return { health: health === 'healthy' || health === 'unhealthy' ? health : 'starting', exitCode };
}
