/** Puts the base image into the Engine's store, where the builder finds it. */
import type { BundleEvent } from './bundle-options.js';
import type { Engine } from './engine/engine.js';
import type { Plan } from './plan/plan.js';

export interface BaseOptions {
  readonly pull?: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: BundleEvent) => void;
}

/**
 * The builder would fetch it without the user's credentials. As for an image of a service: pulled where there is none, or
 * where that was asked for; then one that cannot be pulled is an error, though it be there.
 */
export async function readyBase(
  engine: Engine,
  { base, platform }: Plan,
  { pull, signal, onEvent }: BaseOptions,
): Promise<void> {
  if (pull !== true && (await engine.imageId(base)) !== undefined) return;
  const onLine = (text: string) => onEvent({ type: 'line', text });
  onLine(`pulling ${base}`);
  await engine.pull(base, platform, { onLine, signal });
}
