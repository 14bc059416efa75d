/** What the commands of one call are made of. */
import type { makeBundle, planBundle } from '../bundle.js';
import type { Engine } from '../engine/engine.js';
import type { Streams } from './streams.js';

/** What the commands are made of; tests put others in. */
export interface Parts {
  readonly createEngine: (signal: AbortSignal) => Engine;
  readonly makeBundle: typeof makeBundle;
  readonly planBundle: typeof planBundle;
}

export interface Session extends Omit<Parts, 'createEngine'> {
  readonly streams: Streams;
  readonly engine: Engine;
  readonly signal: AbortSignal;
}
