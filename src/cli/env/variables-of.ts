/** The variables that a bundle's container needs, for platforms that no compose file drives. */
import { hasExpression, unescapeDollars } from '../../compose/expressions.js';
import type { PlannedBundle } from '../read-folder.js';

/** `value` is known; `expression` stands for a value that only the user has, as written in the compose file. */
export type Variable = { readonly name: string } & (
  | { readonly value: string }
  | { readonly expression: string }
);

/** Sorted by name. Values of variables are not known here, by design: they never reach a generated file. */
export function variablesOf({ members, stopSeconds }: PlannedBundle): readonly Variable[] {
  const own = members.flatMap(({ variables }) => Object.entries(variables));
  const all = [...own, ['BUNDLE_STOP_SECONDS', String(stopSeconds)] as const];
  return all.map(([name, written]) => variable(name, written)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function variable(name: string, written: string | null): Variable {
  if (written === null) return { name, expression: `\${${name}}` };
  return hasExpression(written) ? { name, expression: written } : { name, value: unescapeDollars(written) };
}
