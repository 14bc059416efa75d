/** Expressions and keys of a service plan that name members name their bundle instead. */
import { asList, asObject, asText, isObject } from '../../compose/json.js';
import type { Json, JsonObject, Project, Service } from '../../compose/project.js';
import type { Problem } from '../../problems.js';
import type { Group } from '../select-members.js';
import { findMapClashes } from './find-map-clashes.js';
import { type Names, PARAMS, paramChanges } from './param-renames.js';
import { type RenamedHost, rewriteHosts } from './rewrite-hosts.js';
import { rewriteTopLevel } from './rewrite-top-level.js';
import { withContextUser } from './with-context-user.js';

export interface RewrittenPlan {
  readonly project: Project;
  readonly groups: readonly Group[];
  /** Names of members in variables of services outside that are their bundle's now. */
  readonly hosts: readonly RenamedHost[];
  readonly problems: readonly Problem[];
}

export function rewritePlan(project: Project, groups: readonly Group[]): RewrittenPlan {
  const names = namesOf(project, groups);
  const rewrite = (service: Service) => rewriteHosts(rewriteService(service, names), names.bundleOf);
  const addressed = project.services.map(rewrite);
  const services = addressed.map(({ service }) => service);
  const top = rewriteTopLevel(project, names.bundleOf);
  return {
    project: {
      ...project,
      services,
      inactive: asObject(
        Object.fromEntries(
          Object.entries(project.inactive).map(([name, written]) => [
            name,
            rewriteStrings(written, name, names),
          ]),
        ),
      ),
      written: top.written,
    },
    groups: groups.map((group) => ({
      ...group,
      members: group.members.map((one) => ({
        ...one,
        // Not the project's service of that name: a member also has the volumes that it inherits.
        service: withContextUser(rewrite(one.service).service),
      })),
    })),
    hosts: addressed.flatMap(({ hosts }) => hosts),
    problems: [...findMapClashes(project, names), ...top.problems],
  };
}

function namesOf(project: Project, groups: readonly Group[]): Names {
  const changes = groups.map(({ members }) => paramChanges(members.map(({ service }) => service)));
  return {
    services: [...project.services.map(({ name }) => name), ...Object.keys(project.inactive)],
    bundleOf: new Map(
      groups.flatMap(({ key, members }) => members.map(({ service }) => [service.name, key] as const)),
    ),
    changes: {
      renames: new Map(changes.flatMap(({ renames }) => [...renames])),
      filled: new Set(changes.flatMap(({ filled }) => [...filled])),
    },
  };
}

function rewriteService(service: Service, names: Names): Service {
  const written = asObject(rewriteStrings(service.written, service.name, names));
  const withParams =
    written[PARAMS] === undefined
      ? written
      : { ...written, [PARAMS]: rewriteParams(asList(written[PARAMS]), service.name, names) };
  return {
    name: service.name,
    resolved: asObject(rewriteStrings(service.resolved, service.name, names)),
    written: withParams,
  };
}

function rewriteParams(params: readonly Json[], service: string, names: Names): readonly Json[] {
  const { renames, filled } = names.changes;
  return params
    .map(asObject)
    .filter((param) => !filled.has(`${service} ${asText(param.key) ?? ''}`))
    .map((param) => {
      const key = asText(param.key) ?? '';
      const map = param.parameterDependencyMap;
      const rewritten = isObject(map) ? rewriteMap(map, service, names) : undefined;
      const { parameterDependencyMap: _, ...rest } = param;
      return {
        ...rest,
        key: renames.get(service)?.get(key) ?? key,
        ...(rewritten === undefined ? {} : { parameterDependencyMap: rewritten }),
      };
    });
}

/** undefined: every child is in the same bundle, so nothing is passed on. */
function rewriteMap(map: JsonObject, service: string, { bundleOf, changes }: Names): JsonObject | undefined {
  const entries = Object.entries(map)
    .filter(([child]) => bundleOf.get(child) === undefined || bundleOf.get(child) !== bundleOf.get(service))
    .map(([child, key]): [string, Json] => [
      bundleOf.get(child) ?? child,
      changes.renames.get(child)?.get(asText(key) ?? '') ?? key,
    ]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** All strings of a value; `scope`: the service whose parameters `$var.` means. */
function rewriteStrings(value: Json, scope: string, names: Names, key = ''): Json {
  if (typeof value === 'string') return rewriteString(value, scope, names, key);
  if (Array.isArray(value))
    return (value as readonly Json[]).map((item) => rewriteStrings(item, scope, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, rewriteStrings(item, scope, names, name)]),
  );
}

/** `…APIParam: KEY` names a parameter without a `$`. */
function rewriteString(text: string, scope: string, names: Names, key: string): string {
  const own = names.changes.renames.get(scope);
  if (/ap[iI]Param$/i.test(key)) return own?.get(text) ?? text;
  if (!text.includes('$')) return text;
  const renamed = text.replace(/(?<!\$)\$var\.(\w+)/g, (match, name: string) => {
    const now = own?.get(name);
    return now === undefined ? match : `$var.${now}`;
  });
  return renamed.replace(
    referenceOf(names.services),
    (_, name: string, below: string, kind: string, rest: string) => {
      const bundle = names.bundleOf.get(name);
      const param = kind === 'var' ? (names.changes.renames.get(name)?.get(rest) ?? rest) : rest;
      if (bundle === undefined) return `$${name}${below}.${kind}.${param}`;
      return names.bundleOf.get(scope) === bundle
        ? `$${kind}.${param}`
        : `$${bundle}${below}.${kind}.${param}`;
    },
  );
}

function referenceOf(services: readonly string[]): RegExp {
  const names = services
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .sort((a, b) => b.length - a.length);
  return new RegExp(`(?<!\\$)\\$(${names.join('|')})((?:\\.[\\w-]+)*?)\\.(sys|var)\\.(\\w*)`, 'g');
}
