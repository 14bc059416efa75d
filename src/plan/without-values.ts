/** A plan that may be shown and kept: names of variables, not what the user has written as their values. */
import type { ProjectPlan } from './plan.js';

/** The same plan, each of its `variables` null. */
export function withoutValues(plan: ProjectPlan): ProjectPlan {
  const bundles = plan.bundles.map((bundle) => ({
    ...bundle,
    members: bundle.members.map((member) => ({
      ...member,
      variables: Object.fromEntries(Object.keys(member.variables).map((name) => [name, null])),
    })),
  }));
  return { ...plan, bundles };
}
