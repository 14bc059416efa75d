/** Where the files of a bundle stand in the output folder. */
import type { Plan, ProjectPlan } from '../plan/plan.js';

/** `''`, or `NAME/` when there are several bundles; relative to the output folder. */
export function folderOf(bundle: Plan, { bundles }: ProjectPlan): string {
  return bundles.length === 1 ? '' : `${bundle.bundle}/`;
}
