/** Decides everything about the bundles of a project and touches nothing: no Docker, no disk, no clock. */
import type { Project } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { isControlOnly } from '../tenancy/is-control-only.js';
import { type Selection, takenNames } from '../tenancy/select-members.js';
import { checkBundles } from '../tenancy/service-plan/check-bundles.js';
import { checkServices } from '../tenancy/service-plan/check-services.js';
import { ignoredKeys } from '../tenancy/service-plan/ignored-keys.js';
import { readServicePlan } from '../tenancy/service-plan/read-service-plan.js';
import { rewritePlan } from '../tenancy/service-plan/rewrite-plan.js';
import type { Cell } from './cell.js';
import { findLostVolumes } from './check-shared-volumes.js';
import { findBalancerPorts } from './find-balancer-ports.js';
import { findJoiners } from './find-joiners.js';
import { findLostReferences } from './find-lost-references.js';
import { findOuterDependencies } from './find-outer-dependencies.js';
import { findTagClashes } from './find-tag-clashes.js';
import { fitCell } from './fit-cell.js';
import { countInstances } from './footprint.js';
import type { ProjectPlan } from './plan.js';
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
  /** The project with its references to members as the rewritten file has them. */
  readonly project: Project;
  readonly problems: readonly Problem[];
}

export function makePlan(input: PlanInput): Planned {
  const { cell } = input;
  const { selection, splits } = chosen(input);
  const read = readServicePlan(input.project);
  const { servicePlan } = read;
  const rewritten = servicePlan === undefined ? undefined : rewritePlan(input.project, selection.groups);
  const { project, groups } = rewritten ?? { project: input.project, groups: selection.groups };
  const planned = groups.map((group) => planBundle({ ...input, project, group }));
  const bundles = planned.map(({ plan }) => plan);
  const counted = project.services.filter((service) => !isControlOnly(service));
  const overhead = bundles.reduce((sum, { footprint }) => sum + footprint.runtimeBytes, 0);
  const plan: ProjectPlan = {
    version: 1,
    project: project.name,
    ...(servicePlan === undefined
      ? {}
      : {
          servicePlan: { ...servicePlan, ignored: ignoredKeys(groups), renamedHosts: rewritten?.hosts ?? [] },
        }),
    bundles,
    dedicated: selection.dedicated,
    splits,
    instances: countInstances(counted, bundles),
    ...(cell === undefined ? {} : { cell: fitCell(cell, counted, overhead) }),
  };
  return {
    plan,
    project,
    problems: [
      ...project.warnings.map((text) => planProblems.COMPOSE_WARNS(text, project.locate(placeIn(text)))),
      ...read.problems,
      ...(rewritten?.problems ?? []),
      ...planned.flatMap(({ problems }) => problems),
      ...project.decided.map((path) => decidedProblem(project, path)),
      ...findTagClashes(project, groups, input.selection.groups.length === 1),
      ...findLostVolumes(project, groups, input.images),
      ...(input.split === true ? takenNames(project, groups) : []),
      ...findOuterDependencies(project, groups),
      ...findLostReferences(project, groups),
      ...findJoiners(project, groups),
      ...(servicePlan === undefined
        ? []
        : [
            ...checkServices(input.project),
            ...checkBundles(project, groups, servicePlan),
            ...findBalancerPorts(input.project, planned),
          ]),
    ],
  };
}

function chosen({ split, cell, isStrict = false, ...input }: PlanInput): SplitSelection {
  if (split !== true) return { selection: input.selection, splits: [] };
  return splitGroups({ ...input, cell, isStrict });
}

function decidedProblem(
  { locate }: Project,
  [section = '', service, ...path]: Project['decided'][number],
): Problem {
  const key = path.filter((part) => typeof part === 'string').join('.');
  const why = 'Compose takes it apart before it replaces variables';
  return planProblems.VARIABLE_DECIDED(
    String(service),
    key,
    locate([section, String(service), ...path]),
    why,
  );
}

/** `networks.edge: external.name is deprecated`: what a warning of Compose speaks of, where it says so. */
function placeIn(warning: string): readonly string[] {
  return /^((?:services|networks|volumes|secrets|configs)\.[^:\s]+): /.exec(warning)?.[1]?.split('.') ?? [];
}
