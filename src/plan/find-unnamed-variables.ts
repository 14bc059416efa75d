/** Variables without a value whose names no expression can hold: what the shell has for them cannot be handed on. */
import { isVariableName } from '../compose/expressions.js';
import { asObject } from '../compose/json.js';
import type { Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { planProblems } from './plan-problems.js';

/**
 * Nothing is lost where the shell has none, which is usual for a word such as `my.var`: a warning, that it stays so. The
 * value of today would be lost: refused.
 */
export function findUnnamedVariables(
  { name, written, resolved }: Service,
  locate: Locate,
): readonly Problem[] {
  return Object.entries(asObject(written.environment))
    .filter(([key, value]) => value === null && !isVariableName(key))
    .map(([key]) => {
      const at = locate(['services', name, 'environment', key]);
      const what = `environment: ${key}`;
      return (asObject(resolved.environment)[key] ?? null) === null
        ? planProblems.KEY_LIMITED(name, what, at, `${UNNAMED} if it gets one`, `give it a value: ${key}=`)
        : planProblems.KEY_REFUSED(name, what, at, `${UNNAMED}: write ${key}=\${NAME}`);
    });
}

const UNNAMED = 'no expression can hold such a name, so that the value of the shell cannot be handed on';
