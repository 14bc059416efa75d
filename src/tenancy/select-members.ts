/** Which services go into the bundle, and which stay dedicated. */
import { asObject } from '../compose/json.js';
import type { Project, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { nearest } from './nearest.js';
import { tenancyProblems } from './tenancy-problems.js';
import { type Overrides, readOverrides } from './x-bundle.js';

export interface Selected {
  readonly service: Service;
  readonly overrides: Overrides;
}

export interface Selection {
  readonly members: readonly Selected[];
  readonly dedicated: readonly string[];
  readonly problems: readonly Problem[];
}

export interface SelectOptions {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** All services, less `--exclude` and `x-bundle.dedicated`; with `--include` only the named ones. */
export function selectMembers(project: Project, options: SelectOptions): Selection {
  const names = project.services.map(({ name }) => name);
  const read = project.services.map((service) => ({
    service,
    ...readOverrides(service.resolved['x-bundle']),
  }));
  const isIn = ({ service, overrides }: (typeof read)[number]) =>
    !options.exclude.includes(service.name) &&
    (options.include.length > 0 ? options.include.includes(service.name) : overrides.dedicated !== true);
  const members = read.filter(isIn);
  const issues = read.flatMap(({ service, issues: found }) =>
    found.map(({ key, what, fix }) =>
      tenancyProblems.X_BUNDLE(
        `x-bundle of "${service.name}"`,
        what,
        project.locate(['services', service.name, 'x-bundle', key]),
        fix,
      ),
    ),
  );
  const problems = [
    ...unknownNames('--include', options.include, names),
    ...unknownNames('--exclude', options.exclude, names),
    ...issues,
    ...topLevelIssues(project),
  ];
  const none =
    members.length === 0
      ? [
          tenancyProblems.NO_MEMBERS(
            names.length === 0 ? 'the project has none' : 'all are dedicated or excluded',
          ),
        ]
      : [];
  return {
    members: members.map(({ service, overrides }) => ({ service, overrides })),
    dedicated: names.filter((name) => !members.some(({ service }) => service.name === name)),
    problems: [...problems, ...none],
  };
}

function unknownNames(
  option: string,
  given: readonly string[],
  known: readonly string[],
): readonly Problem[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => tenancyProblems.UNKNOWN_SERVICE(option, name, nearest(name, known)));
}

function topLevelIssues(project: Project): readonly Problem[] {
  return Object.keys(asObject(project.resolved['x-bundle'])).map((key) =>
    tenancyProblems.X_BUNDLE(
      'x-bundle at the top level',
      `"${key}" is not known to this version`,
      project.locate(['x-bundle', key]),
      'remove it; one bundle is made of all selected services',
    ),
  );
}
