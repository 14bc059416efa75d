/** Decides everything about the bundles of a project and touches nothing: no Docker, no disk, no clock. */
import type { Problem } from '../problems.js';
import type { Selection } from '../tenancy/select-members.js';
import { findOuterDependencies } from './find-outer-dependencies.js';
import type { ProjectPlan } from './plan.js';
import { type BundleInput, planBundle } from './plan-bundle.js';
import { planProblems } from './plan-problems.js';

export interface PlanInput extends Omit<BundleInput, 'group'> {
  readonly selection: Selection;
}

export interface Planned {
  readonly plan: ProjectPlan;
  readonly problems: readonly Problem[];
}

export function makePlan({ selection, ...input }: PlanInput): Planned {
  const { project } = input;
  const planned = selection.groups.map((group) => planBundle({ ...input, group }));
  const plan: ProjectPlan = {
    version: 1,
    project: project.name,
    bundles: planned.map((one) => one.plan),
    dedicated: selection.dedicated,
  };
  return {
    plan,
    problems: [
      ...project.warnings.map(planProblems.COMPOSE_WARNS),
      ...planned.flatMap(({ problems }) => problems),
      ...findOuterDependencies(project, selection.groups),
    ],
  };
}
