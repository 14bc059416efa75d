/** Builds the images of all bundles, and pushes them: nothing is pushed before everything is built. */
import { type BuildOptions, buildBundle } from './build-bundle.js';
import { staysPushed } from './build-problems.js';
import type { BuiltBundle } from './bundle-options.js';
import type { Engine } from './engine/engine.js';
import type { ProjectPlan } from './plan/plan.js';
import { type BaseOptions, readyBase } from './ready-base.js';
import { type Assets, renderBundle } from './render/render-files.js';
import { takeBack } from './take-back.js';

export interface BuiltBundles {
  readonly bundles: readonly BuiltBundle[];
  /** As if nothing had been built here, as far as that can be done; what was pushed stays pushed. */
  readonly undo: () => Promise<void>;
}

/** On any failure the Engine is left as it was. */
export async function buildBundles(
  engine: Engine,
  plan: ProjectPlan,
  assets: Assets,
  options: BuildOptions & BaseOptions,
): Promise<BuiltBundles> {
  // One base for all.
  const [first] = plan.bundles;
  if (first !== undefined) await readyBase(engine, first, options);
  const steps: (() => Promise<void>)[] = [];
  const undo = async () => {
    for (const step of steps.splice(0).reverse()) await step();
  };
  try {
    const bundles: BuiltBundle[] = [];
    for (const bundle of plan.bundles) {
      const image = await buildBundle(engine, bundle, renderBundle(bundle, assets), options);
      steps.push(() => takeBack(`the image "${bundle.tag}"`, image.undo, options.onEvent));
      bundles.push({ bundle: bundle.bundle, tag: bundle.tag, imageId: image.id });
    }
    return { bundles, undo };
  } catch (cause) {
    await undo();
    throw cause;
  }
}

/** Each with the digest of its manifest. A failure tells what has been published by then. */
export async function pushBundles(
  engine: Engine,
  built: readonly BuiltBundle[],
  { signal, onEvent }: Pick<BuildOptions, 'signal' | 'onEvent'>,
): Promise<readonly BuiltBundle[]> {
  const pushed: BuiltBundle[] = [];
  try {
    for (const one of built) {
      onEvent({ type: 'stage', stage: 'push', bundle: one.bundle });
      const { digest } = await engine.push(one.tag, (text) => onEvent({ type: 'line', text }), signal);
      pushed.push({ ...one, digest });
    }
    return pushed;
  } catch (cause) {
    const names = pushed.map(({ tag, digest }) => `${tag}@${digest}`);
    if (names.length > 0) onEvent({ type: 'warning', problem: staysPushed(names) });
    throw cause;
  }
}
