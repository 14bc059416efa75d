/** The table of contents: load → inspect → select → plan → render → build. */
import { resolve } from 'node:path';
import { readAssets } from './assets.js';
import { type BuiltBundles, buildBundles, pushBundles } from './build-bundles.js';
import type { BuiltBundle, BundleOptions, BundleResult, PlanOptions, PlanResult } from './bundle-options.js';
import type { Project } from './compose/project.js';
import type { Engine, ProjectOptions } from './engine/engine.js';
import { normalPlatform } from './images/platform.js';
import { dotEnv, envFileTexts, projectFrom, projectOptions, readImages, readProject } from './load-input.js';
import { assertOutside, outputFolder, tryOutput } from './output-folder.js';
import { makePlan } from './plan/make-plan.js';
import type { ProjectPlan } from './plan/plan.js';
import { asInterruption, type Problem, ProblemsError } from './problems.js';
import { withProtectedFiles } from './protect-files.js';
import { type Assets, renderFiles } from './render/render-files.js';
import { stackProblems } from './render/stack-file.js';
import { leftBehind, takeBack } from './take-back.js';
import { selectMembers } from './tenancy/select-members.js';
import { type StagedOutput, stageOutput } from './write-output.js';

const DEFAULT_BASE = 'debian:trixie-slim';
const DEFAULT_OUTPUT = 'bundle';

interface Prepared extends PlanResult {
  readonly project: Project;
}

/** Plans the bundles of a project. Throws ProblemsError with all problems of the first stage that has errors. */
export async function planBundle(engine: Engine, options: PlanOptions): Promise<PlanResult> {
  const { plan, warnings } = await prepare(engine, options, false);
  return { plan, warnings };
}

/**
 * Plans, writes and builds all bundles. On any failure nothing is left: no folder, no tag, no container; but what was
 * pushed by then, which a warning names.
 */
export async function makeBundle(engine: Engine, options: BundleOptions): Promise<BundleResult> {
  const given = resolve(options.output ?? DEFAULT_OUTPUT);
  const output = outputFolder(given);
  await tryOutput(output);
  const assets = await readAssets(options.templates);
  const { plan, warnings, project } = await prepare(engine, options, options.build !== false);
  assertOutside(output, project);
  const working = { ...options, ...listeners(options) };
  working.onEvent({ type: 'stage', stage: 'render' });
  const files = renderFiles(plan, project, assets, projectFrom(given, output, project), options.target);
  const staged = await stageOutput(output, files, dotEnv(project));
  const bundles = await buildAndPlace(engine, plan, assets, staged, working);
  const left: Problem[] = [];
  await staged.settle().catch((cause: unknown) => left.push(leftBehind('the old output folder', cause)));
  return { plan, warnings: [...warnings, ...left], output, bundles };
}

type Working = BundleOptions & ReturnType<typeof listeners>;

/** The push is last: it is the one thing that cannot be taken back. */
async function buildAndPlace(
  engine: Engine,
  plan: ProjectPlan,
  assets: Assets,
  staged: StagedOutput,
  working: Working,
): Promise<readonly BuiltBundle[]> {
  let built: BuiltBundles | undefined;
  try {
    if (working.build !== false) built = await buildBundles(engine, plan, assets, working);
    working.signal.throwIfAborted();
    await staged.place();
    if (built === undefined) return plan.bundles.map(({ bundle, tag }) => ({ bundle, tag }));
    return working.push === true ? await pushBundles(engine, built.bundles, working) : built.bundles;
  } catch (cause) {
    await takeBack('the output folder', staged.undo, working.onEvent);
    await built?.undo();
    throw asInterruption(cause, working.signal);
  }
}

async function prepare(engine: Engine, options: PlanOptions, rebuild: boolean): Promise<Prepared> {
  const named = await projectOptions(engine, options);
  return withProtectedFiles(named, (readable) => prepareFrom(engine, options, rebuild, named, readable));
}

async function prepareFrom(
  engine: Engine,
  options: PlanOptions,
  rebuild: boolean,
  named: ProjectOptions,
  readable: ProjectOptions,
): Promise<Prepared> {
  const { signal, onEvent } = listeners(options);
  onEvent({ type: 'stage', stage: 'load' });
  await engine.check();
  const project = await readProject(engine, named, readable);
  const selection = selectMembers(project, {
    include: options.include ?? [],
    exclude: options.exclude ?? [],
    tag: options.tag,
  });
  refuse(selection.problems, options.strict === true);
  onEvent({ type: 'stage', stage: 'images' });
  const images = await readImages(engine, project, selection, readable, {
    pull: options.pull === true,
    rebuild,
    signal,
    onEvent,
  });
  onEvent({ type: 'stage', stage: 'plan' });
  const planned = makePlan({
    project,
    selection,
    images,
    base: options.base ?? DEFAULT_BASE,
    platform: options.platform === undefined ? undefined : normalPlatform(options.platform),
    allowsSysAdmin: options.allow?.includes('sys-admin') === true,
    dedup: options.dedup !== false,
    envFileText: envFileTexts(project),
    cell: options.cell,
    split: options.split === true,
    isStrict: options.strict === true,
  });
  const { plan } = planned;
  const ofTarget = options.target === 'swarm' ? stackProblems(plan, planned.project) : [];
  const problems = [...planned.problems, ...ofTarget];
  refuse(problems, options.strict === true);
  for (const problem of problems) onEvent({ type: 'warning', problem });
  return { plan, warnings: problems, project: planned.project };
}

/** Errors end a stage with all its problems; so do warnings when they shall be errors. */
function refuse(problems: readonly Problem[], isStrict: boolean): void {
  const isBad = problems.some(({ severity }) => severity === 'error' || isStrict);
  if (isBad) throw new ProblemsError('input', problems);
}

function listeners(options: PlanOptions): Required<Pick<PlanOptions, 'signal' | 'onEvent'>> {
  return {
    signal: options.signal ?? new AbortController().signal,
    onEvent: options.onEvent ?? (() => undefined),
  };
}
