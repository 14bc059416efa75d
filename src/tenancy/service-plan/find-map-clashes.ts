/** `parameterDependencyMap`: a parameter fills one parameter of each child, and members are one child now. */
import { asObject, asText } from '../../compose/json.js';
import type { Project, Service } from '../../compose/project.js';
import type { Problem } from '../../problems.js';
import { keyOf, type Names, PARAMS, paramsOf } from './param-renames.js';
import { servicePlanProblems } from './service-plan-problems.js';

/** Two children of one bundle can be filled by one parameter only when both call it the same. */
export function findMapClashes(project: Project, names: Names): readonly Problem[] {
  return project.services.flatMap((service) =>
    paramsOf(service).flatMap((param, index) => clashesOf(project, service, keyOf(param), index, names)),
  );
}

function clashesOf(
  { locate }: Project,
  service: Service,
  param: string,
  index: number,
  { bundleOf, changes }: Names,
): readonly Problem[] {
  const map = Object.entries(asObject(paramsOf(service)[index]?.parameterDependencyMap));
  const children = map
    .filter(([child]) => bundleOf.has(child) && bundleOf.get(child) !== bundleOf.get(service.name))
    .map(([child, key]) => ({
      child,
      bundle: bundleOf.get(child),
      key: changes.renames.get(child)?.get(asText(key) ?? '') ?? key,
    }));
  return children.flatMap((second, at) => {
    const first = children
      .slice(0, at)
      .find(({ bundle, key }) => bundle === second.bundle && key !== second.key);
    if (first === undefined) return [];
    const place = (child: string) =>
      locate(['services', service.name, PARAMS, index, 'parameterDependencyMap', child]);
    return [
      servicePlanProblems.PLATFORM_CLASH(
        `${PARAMS}.${param}.parameterDependencyMap`,
        { service: first.child, at: place(first.child) },
        { service: second.child, at: place(second.child) },
        `"${param}" of "${service.name}" can fill one parameter of the bundle "${second.bundle}"`,
        `give both the same key and definition, or leave one out: --exclude ${second.child}`,
      ),
    ];
  });
}
