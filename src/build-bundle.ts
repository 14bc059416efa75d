/** Builds the image of one bundle, and makes sure that it is what was planned and can run. */

import { driftProblem, rungProblem } from './build-problems.js';
import type { BundleEvent, BundleOptions } from './bundle-options.js';
import type { BuiltImage, Engine } from './engine/engine.js';
import type { Plan } from './plan/plan.js';
import { ProblemsError } from './problems.js';
import { grantsOf, SECCOMP_FILE } from './render/grants.js';
import type { OutputFile } from './render/render-files.js';
import { takeBack } from './take-back.js';

export type BuildOptions = Pick<BundleOptions, 'probe'> & {
  readonly signal: AbortSignal;
  readonly onEvent: (event: BundleEvent) => void;
};

/** On any failure the Engine is left as it was. */
export async function buildBundle(
  engine: Engine,
  plan: Plan,
  files: readonly OutputFile[],
  options: BuildOptions,
): Promise<BuiltImage> {
  const { signal, onEvent } = options;
  onEvent({ type: 'stage', stage: 'build', bundle: plan.bundle });
  const image = await engine.build({
    files: files.filter(({ isInContext }) => isInContext),
    tags: [plan.tag],
    onEvent,
    signal,
    platform: plan.platform,
  });
  try {
    await refuseDrift(engine, plan);
    if (options.probe !== false) await probeRungs(engine, plan, files, image, onEvent);
    return image;
  } catch (cause) {
    await takeBack(`the image "${plan.tag}"`, image.undo, onEvent);
    throw cause;
  }
}

/** A source without a digest is named by a tag, which another build may have moved meanwhile (design §8.9). */
async function refuseDrift(engine: Engine, plan: Plan): Promise<void> {
  const problems = [];
  for (const { service, image } of plan.members) {
    if (image.digest !== undefined) continue;
    const now = await engine.imageId(image.source);
    if (now !== image.id) problems.push(driftProblem(service, image.source, image.id, now));
  }
  if (problems.length > 0) throw new ProblemsError('docker', problems);
}

const PROBE = '/usr/lib/bundle-shared/bin/bundle-rungs';

/** Whether this Engine really grants what the rewritten file asks for (design §8.6). */
async function probeRungs(
  engine: Engine,
  plan: Plan,
  files: readonly OutputFile[],
  image: BuiltImage,
  onEvent: (event: BundleEvent) => void,
): Promise<void> {
  const { architecture } = await engine.check();
  if (plan.platform.split('/')[1] !== architecture) {
    onEvent({ type: 'line', text: `not tried: this Engine cannot run ${plan.platform}` });
    return;
  }
  const wanted = [...new Set(plan.members.map(({ launch }) => launch.isolation ?? plan.grant))].sort();
  const { capabilities, securityOptions } = grantsOf(plan);
  const profile = files.find(({ path }) => path === SECCOMP_FILE)?.content ?? '';
  const result = await engine.runOnce({
    image: image.id,
    entrypoint: [PROBE],
    capabilities,
    securityOptions: securityOptions.map((option) =>
      option.startsWith('seccomp=') ? `seccomp=${profile}` : option,
    ),
  });
  const problem = rungProblem(wanted, result);
  if (problem !== undefined) throw new ProblemsError('docker', [problem]);
  onEvent({ type: 'line', text: `this Engine grants: ${wanted.join(', ')}` });
}
