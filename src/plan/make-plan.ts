/** Decides everything about the bundles of a project and touches nothing: no Docker, no disk, no clock. */
import type { Problem } from '../problems.js';
import type { Selection } from '../tenancy/select-members.js';
import { findOuterDependencies } from './find-outer-dependencies.js';
import { fitCell } from './fit-cell.js';
import { countInstances } from './footprint.js';
import type { Cell, ProjectPlan } from './plan.js';
import { type BundleInput, planBundle } from './plan-bundle.js';
import { planProblems } from './plan-problems.js';
import { type SplitSelection, splitGroups } from './split-groups.js';

export interface PlanInput extends Omit<BundleInput, 'group'> {
  readonly selection: Selection;
  /** How many tenants fit it; with `split` no bundle is larger. */
  readonly cell?: Cell | undefined;
  /** Makes the fewest bundles without a clash of each group. */
  readonly split?: boolean;
  readonly isStrict?: boolean;
}

export interface Planned {
  readonly plan: ProjectPlan;
  readonly problems: readonly Problem[];
}

export function makePlan(input: PlanInput): Planned {
  const { project, cell } = input;
  const { selection, splits } = chosen(input);
  const planned = selection.groups.map((group) => planBundle({ ...input, group }));
  const bundles = planned.map(({ plan }) => plan);
  const members = new Set(bundles.flatMap((bundle) => bundle.members.map(({ service }) => service)));
  const overhead = bundles.reduce((sum, { footprint }) => sum + footprint.runtimeBytes, 0);
  const plan: ProjectPlan = {
    version: 1,
    project: project.name,
    bundles,
    dedicated: selection.dedicated,
    splits,
    instances: countInstances(project, members, bundles.length),
    ...(cell === undefined ? {} : { cell: fitCell(cell, project.services, overhead) }),
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

function chosen({ split, cell, isStrict = false, ...input }: PlanInput): SplitSelection {
  if (split !== true) return { selection: input.selection, splits: [] };
  return splitGroups({ ...input, cell, isStrict });
}
