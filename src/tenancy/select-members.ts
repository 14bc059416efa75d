/** Which services share an image, in which groups, and which stay dedicated. */
import { fullName, imageOf, imageWord, isTag } from '../compose/image-name.js';
import { inheritVolumes } from '../compose/inherit-volumes.js';
import type { Project, Service } from '../compose/project.js';
import { nearest } from '../nearest.js';
import type { Problem } from '../problems.js';
import { checkNetworkMarks } from './network-trust.js';
import { type Placed, placeService } from './place-service.js';
import { readGroups } from './read-groups.js';
import { tenancyProblems } from './tenancy-problems.js';
import { type Overrides, readOverrides } from './x-bundle.js';

export interface Selected {
  readonly service: Service;
  readonly overrides: Overrides;
}

/** The members of one image. */
export interface Group {
  /** Key of the bundle in the rewritten compose file: the group's name, or `bundle`. */
  readonly key: string;
  readonly tag: string;
  readonly members: readonly Selected[];
}

export interface Dedicated {
  readonly service: string;
  readonly reason: string;
}

export interface Selection {
  /** By key; none is empty. */
  readonly groups: readonly Group[];
  readonly dedicated: readonly Dedicated[];
  readonly problems: readonly Problem[];
}

export interface SelectOptions {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Of the only image; undefined takes the group's, or a name made of project and group. */
  readonly tag?: string | undefined;
}

/**
 * All services in one group, less `--exclude` and `x-bundle.dedicated`; with `--include` only the named ones. Where the
 * file names groups, services of no group stay dedicated.
 */
export function selectMembers(project: Project, options: SelectOptions): Selection {
  const names = project.services.map(({ name }) => name);
  const declared = readGroups(project);
  const own = project.services.map((service) => ({
    service,
    ...readOverrides(service.resolved['x-bundle']),
  }));
  const hasGroups = declared.groups.size > 0 || own.some(({ overrides }) => overrides.group !== undefined);
  const placed = own.map(({ service, overrides }) =>
    placeService(service, overrides, { project, declared, hasGroups, ...options }),
  );
  const groups = groupsOf(project, placed, options.tag, (name) => declared.groups.get(name)?.tag);
  const issues = own.flatMap(({ service, issues: found }) =>
    found.map(({ key, what, fix }) =>
      tenancyProblems.X_BUNDLE(
        `x-bundle of "${service.name}"`,
        what,
        project.locate(['services', service.name, 'x-bundle', key]),
        fix,
      ),
    ),
  );
  return {
    groups,
    dedicated: placed.flatMap(({ service, reason }) =>
      reason === undefined ? [] : [{ service: service.name, reason }],
    ),
    problems: [
      ...unknownNames('--include', options.include, names),
      ...unknownNames('--exclude', options.exclude, names),
      ...issues,
      ...declared.problems,
      ...checkNetworkMarks(project),
      ...placed.flatMap(({ problems }) => problems),
      ...takenNames(project, groups),
      ...malformedTags(project, groups, options.tag),
      ...(groups.length > 1 && options.tag !== undefined
        ? [tenancyProblems.TAG_AMBIGUOUS(options.tag, groups.length)]
        : []),
      ...(groups.length === 0 ? [noMembers(names)] : []),
    ],
  };
}

function groupsOf(
  project: Project,
  placed: readonly Placed[],
  tag: string | undefined,
  tagOf: (name: string) => string | undefined,
): readonly Group[] {
  const members = placed.filter(({ reason }) => reason === undefined);
  const names = [...new Set(members.map(({ group }) => group))];
  return names
    .map((name) => ({
      key: name ?? bundleKey(project),
      tag: tag ?? tagOf(name ?? '') ?? freeTag(project, name ?? bundleKey(project)),
      members: members
        .filter(({ group }) => group === name)
        .map(({ service, overrides }) => ({ service: inheritVolumes(service, project), overrides })),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** `PROJECT-KEY`, or a longer one where Compose names what it builds for a service so. */
function freeTag(project: Project, key: string): string {
  const taken = new Set(project.services.map((service) => fullName(imageOf(project, service) ?? '')));
  const names = [`${project.name}-${key}`, `${project.name}-${key}-bundle`].map(latest);
  return names.find((name) => !taken.has(name)) ?? latest(`${project.name}-bundle-${key}`);
}

function latest(name: string): string {
  return `${imageWord(name)}:latest`;
}

/** Said before anything is pulled or built. */
function malformedTags(
  project: Project,
  groups: readonly Group[],
  given: string | undefined,
): readonly Problem[] {
  return groups
    .filter(({ tag }) => !isTag(tag))
    .slice(0, given === undefined ? undefined : 1)
    .map(({ key, tag }) => {
      const at = given === undefined ? project.locate(['x-bundle', 'groups', key, 'tag']) : undefined;
      return tenancyProblems.TAG_MALFORMED(tag, key, given !== undefined || groups.length === 1, at);
    });
}

/** `bundle`, or the next free name when a service of the project has it. */
function bundleKey(project: Project): string {
  const taken = new Set([...project.services.map(({ name }) => name), ...Object.keys(project.inactive)]);
  return ['bundle', 'bundle-shared'].find((name) => !taken.has(name)) ?? `bundle-${project.name}`;
}

function noMembers(names: readonly string[]): Problem {
  return tenancyProblems.NO_MEMBERS(
    names.length === 0 ? 'the project has none' : 'all are dedicated or excluded',
  );
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

/** A bundle answers to its key on every network; so does a service of that name that is not its member. */
export function takenNames(project: Project, groups: readonly Group[]): readonly Problem[] {
  const names = [...project.services.map(({ name }) => name), ...Object.keys(project.inactive)];
  return groups
    .filter(({ key, members }) => names.includes(key) && !members.some(({ service }) => service.name === key))
    .map(({ key }) => tenancyProblems.GROUP_NAME(key, project.locate(['x-bundle', 'groups', key])));
}
