/** The table of contents: load → inspect → plan → render → build. */
import type { BundleOptions, BundleResult, PlanOptions, PlanResult } from './bundle-options.js';
import type { Engine } from './engine/engine.js';

/** Plans a bundle. Throws ProblemsError with all problems of the first stage that has errors. */
export async function planBundle(_engine: Engine, _options: PlanOptions): Promise<PlanResult> {
  throw new Error('in motion');
}

/** Plans, writes and builds a bundle. On any failure nothing is left: no folder, no tag, no container. */
export async function makeBundle(_engine: Engine, _options: BundleOptions): Promise<BundleResult> {
  throw new Error('in motion');
}
