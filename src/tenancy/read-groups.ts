/** `x-bundle` at the top level: defaults for every service, and the groups that share an image each. */
import { asObject } from '../compose/json.js';
import type { Json, Project } from '../compose/project.js';
import { nearest } from '../nearest.js';
import type { Problem } from '../problems.js';
import { tenancyProblems } from './tenancy-problems.js';
import { type GroupOverrides, type ProjectOverrides, readGroup, readProjectOverrides } from './x-bundle.js';

export interface DeclaredGroups {
  readonly defaults: Omit<ProjectOverrides, 'groups' | 'dedicated'>;
  /** Whether services stay out unless they or a group say otherwise. */
  readonly areDedicated: boolean;
  readonly groups: ReadonlyMap<string, GroupOverrides>;
  readonly problems: readonly Problem[];
}

export function readGroups(project: Project): DeclaredGroups {
  const { overrides, issues } = readProjectOverrides(project.resolved['x-bundle']);
  const { groups: declared = {}, dedicated, ...defaults } = overrides;
  const groups = Object.entries(asObject(declared as Json)).map(
    ([name, value]) => [name, readGroup(value)] as const,
  );
  const problems = [
    ...issues.map(({ key, what, fix }) =>
      tenancyProblems.X_BUNDLE('x-bundle at the top level', what, project.locate(['x-bundle', key]), fix),
    ),
    ...groups.flatMap(([name, read]) =>
      read.issues.map(({ key, what, fix }) =>
        tenancyProblems.X_BUNDLE(
          `group "${name}" of x-bundle`,
          what,
          project.locate(['x-bundle', 'groups', name, key]),
          fix,
        ),
      ),
    ),
    ...groups.flatMap(([name, read]) => unknownServices(project, name, read.overrides.services ?? [])),
  ];
  return {
    defaults,
    areDedicated: dedicated === true,
    groups: new Map(groups.map(([name, read]) => [name, read.overrides])),
    problems,
  };
}

function unknownServices(project: Project, group: string, services: readonly string[]): readonly Problem[] {
  const known = [...project.services.map(({ name }) => name), ...Object.keys(project.inactive)];
  return services.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [
          tenancyProblems.UNKNOWN_SERVICE(
            `group "${group}"`,
            name,
            nearest(name, known),
            project.locate(['x-bundle', 'groups', group, 'services', index]),
          ),
        ],
  );
}
