/** The public API of bundle-shared. */
import { makeBundle, planBundle } from './bundle.js';
import type { BundleOptions, BundleResult, PlanOptions, PlanResult } from './bundle-options.js';
import { dockerEngine } from './engine/docker-engine.js';

export type {
  BuiltBundle,
  BundleEvent,
  BundleOptions,
  BundleResult,
  PlanOptions,
  PlanResult,
} from './bundle-options.js';
export type { BuildEvent } from './engine/engine.js';
export type { Cell } from './plan/cell.js';
export type { Member, Plan, ProjectPlan } from './plan/plan.js';
export { type Fault, type Location, type Problem, ProblemsError, type Severity } from './problems.js';

/**
 * Turns the services of a Compose project into one image for each group of them, and a folder with their files and the
 * rewritten compose file.
 *
 * Rejects with a `ProblemsError` that names everything wrong with the input, or what failed in Docker; then there is
 * no new folder, tag or container here; what was pushed before it is named by an event. Aborting `options.signal` stops the build in the Engine.
 *
 * @example
 * const { bundles } = await bundle({ files: ['compose.yaml'], output: 'bundle', push: true });
 */
export async function bundle(options: BundleOptions = {}): Promise<BundleResult> {
  return makeBundle(dockerEngine({ signal: options.signal }), options);
}

/**
 * Decides everything about the bundles and returns it as data. Missing images are built or pulled first, and read; the
 * bundle is not built, and no file is written.
 *
 * Rejects with a `ProblemsError` as `bundle` does.
 */
export async function plan(options: PlanOptions = {}): Promise<PlanResult> {
  return planBundle(dockerEngine({ signal: options.signal }), options);
}
