/** Where one service goes: into a group, or out, and why. */
import type { Project, Service } from '../compose/project.js';
import { nearest } from '../nearest.js';
import type { Problem } from '../problems.js';
import { isControlOnly } from './is-control-only.js';
import type { DeclaredGroups } from './read-groups.js';
import { tenancyProblems } from './tenancy-problems.js';
import type { Overrides } from './x-bundle.js';

export interface Placed {
  readonly service: Service;
  /** Its own `x-bundle`, completed from its group's and the project's. */
  readonly overrides: Overrides;
  /** undefined: the one group that has no name. */
  readonly group: string | undefined;
  /** Why it stays dedicated; undefined for a member. */
  readonly reason: string | undefined;
  readonly problems: readonly Problem[];
}

export interface Placing {
  readonly project: Project;
  readonly declared: DeclaredGroups;
  readonly hasGroups: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export function placeService(service: Service, own: Overrides, placing: Placing): Placed {
  const { declared } = placing;
  const listing = [...declared.groups]
    .filter(([, { services = [] }]) => services.includes(service.name))
    .map(([name]) => name);
  const group = own.group ?? listing[0];
  const { services: _, tag: __, ...ofGroup } = declared.groups.get(group ?? '') ?? {};
  return {
    service,
    overrides: { ...declared.defaults, ...ofGroup, ...own },
    group,
    reason: isControlOnly(service)
      ? 'only controls the plan: image omnistrate/noop'
      : reasonToStay(service.name, own, group, placing),
    problems: contradictions(service.name, own, listing, placing),
  };
}

function reasonToStay(
  name: string,
  own: Overrides,
  group: string | undefined,
  { declared, hasGroups, include, exclude }: Placing,
): string | undefined {
  if (exclude.includes(name)) return '--exclude';
  if (include.length > 0) return include.includes(name) ? undefined : '--include names others';
  if (own.dedicated === true) return 'x-bundle: {dedicated: true}';
  if (group !== undefined) return undefined;
  if (hasGroups) return 'in no group';
  return declared.areDedicated && own.dedicated === undefined
    ? 'x-bundle: {dedicated: true} at the top level'
    : undefined;
}

function contradictions(
  name: string,
  own: Overrides,
  listing: readonly string[],
  { project, declared }: Placing,
): readonly Problem[] {
  const at = project.locate(['services', name, 'x-bundle', 'group']);
  const groups = [...new Set([...(own.group === undefined ? [] : [own.group]), ...listing])];
  const [first = '', second] = groups;
  const listedAt = (group: string) => project.locate(['x-bundle', 'groups', group, 'services']);
  const isUndeclared = own.group !== undefined && declared.groups.size > 0 && !declared.groups.has(own.group);
  return [
    ...(second === undefined
      ? []
      : [tenancyProblems.GROUP_CLASH(name, `group "${first}"`, `group "${second}"`, listedAt(second))]),
    ...(own.dedicated === true && groups.length > 0
      ? [tenancyProblems.GROUP_CLASH(name, 'dedicated', `group "${first}"`, at ?? listedAt(first))]
      : []),
    ...(isUndeclared
      ? [
          tenancyProblems.UNKNOWN_GROUP(
            name,
            own.group ?? '',
            nearest(own.group ?? '', [...declared.groups.keys()]),
            at,
          ),
        ]
      : []),
  ];
}
