/** Builds the images of all bundles, then pushes them: nothing is pushed before everything is built. */
import { type BuildOptions, buildBundle } from './build-bundle.js';
import type { BuiltBundle } from './bundle-options.js';
import type { Engine } from './engine/engine.js';
import type { ProjectPlan } from './plan/plan.js';
import { type Assets, renderBundle } from './render/render-files.js';

export interface BuiltBundles {
  readonly bundles: readonly BuiltBundle[];
  /** As if nothing had been built here; what was pushed stays pushed. */
  readonly undo: () => Promise<void>;
}

/** On any failure the Engine is left as it was. */
export async function buildBundles(
  engine: Engine,
  plan: ProjectPlan,
  assets: Assets,
  options: BuildOptions,
): Promise<BuiltBundles> {
  const steps: (() => Promise<void>)[] = [];
  const undo = async () => {
    for (const step of steps.splice(0).reverse()) await step();
  };
  try {
    const built: BuiltBundle[] = [];
    for (const bundle of plan.bundles) {
      const image = await buildBundle(engine, bundle, renderBundle(bundle, assets), options);
      steps.push(image.undo);
      built.push({ bundle: bundle.bundle, tag: bundle.tag, imageId: image.id });
    }
    return { bundles: options.push === true ? await pushAll(engine, built, options) : built, undo };
  } catch (cause) {
    await undo();
    throw cause;
  }
}

async function pushAll(
  engine: Engine,
  built: readonly BuiltBundle[],
  { signal, onEvent }: BuildOptions,
): Promise<readonly BuiltBundle[]> {
  const pushed: BuiltBundle[] = [];
  for (const one of built) {
    onEvent({ type: 'stage', stage: 'push', bundle: one.bundle });
    const { digest } = await engine.push(one.tag, (text) => onEvent({ type: 'line', text }), signal);
    pushed.push({ ...one, digest });
  }
  return pushed;
}
