/** Names whose variables would be one another's. */
import type { Project, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { variablePrefix } from './late-binding.js';
import { planProblems } from './plan-problems.js';

/** Members of one prefix: `a-b` and `a_b`. */
export function findPrefixClashes(services: readonly Service[], project: Project): readonly Problem[] {
  const owners = new Map<string, string>();
  return services.flatMap(({ name }) => {
    const prefix = variablePrefix(name);
    const first = owners.get(prefix);
    if (first === undefined) owners.set(prefix, name);
    return first === undefined
      ? []
      : [planProblems.PREFIX_CLASH(first, name, prefix, project.locate(['services', name]))];
  });
}
