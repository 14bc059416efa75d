/** Parameters of all members as those of one service. */

import { asObject } from '../../compose/json.js';
import type { JsonObject, Locate, Service } from '../../compose/project.js';
import type { Problem } from '../../problems.js';
import type { Merged } from './merged.js';
import { keyOf, PARAMS, paramsOf } from './param-renames.js';
import { servicePlanProblems } from './service-plan-problems.js';

/** `dropped`: keys that a sum took the place of; `added`: those sums. */
export function mergeParams(
  members: readonly Service[],
  locate: Locate,
  dropped: ReadonlySet<string>,
  added: readonly JsonObject[],
): Merged {
  const tagged = members.filter(({ written }) => written[PARAMS] !== undefined);
  if (tagged.length === 0) return { keys: {}, problems: [] };
  const merged = new Map<string, JsonObject>();
  for (const param of tagged.flatMap(paramsOf)) {
    const key = keyOf(param);
    if (dropped.has(key)) continue;
    const known = merged.get(key);
    merged.set(key, known === undefined ? param : both(known, param));
  }
  return {
    keys: { [PARAMS]: [...merged.values(), ...added] },
    problems: members.flatMap((member) => implicit(member, locate)),
  };
}

/** Required when either is, without a default then: the platform wants one for optional parameters only. */
function both(first: JsonObject, second: JsonObject): JsonObject {
  const map = { ...asObject(first.parameterDependencyMap), ...asObject(second.parameterDependencyMap) };
  return {
    ...first,
    ...(first.required === true || second.required === true ? { required: true } : {}),
    ...(Object.keys(map).length === 0 ? {} : { parameterDependencyMap: map }),
  };
}

function implicit({ name, written }: Service, locate: Locate): readonly Problem[] {
  const hasVariables = Object.keys(asObject(written.environment)).length > 0;
  return written[PARAMS] === undefined && hasVariables
    ? [servicePlanProblems.PARAMS_IMPLICIT(name, locate(['services', name, 'environment']))]
    : [];
}
