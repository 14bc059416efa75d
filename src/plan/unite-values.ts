/** The ways in which values of several members become one. */
import { asList, asObject, valueAt } from '../compose/json.js';
import type { Json, JsonObject, Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { planProblems } from './plan-problems.js';
import { unitedEntries } from './united-entries.js';

export interface United {
  readonly service: JsonObject;
  readonly problems: readonly Problem[];
}

/** All items, each once. */
export function uniteList(members: readonly Service[], key: string): United {
  const items = members.flatMap(({ written }) => asList(written[key]));
  const seen = new Map(items.map((item) => [JSON.stringify(item), item]));
  return { service: seen.size === 0 ? {} : { [key]: [...seen.values()] }, problems: [] };
}

/**
 * The map at `path` of each member; values as written, compared as resolved (a label may come from a file). A list where a
 * name holds an expression: Compose replaces none in the keys of a map.
 */
export function uniteMap(members: readonly Service[], path: readonly string[], locate: Locate): United {
  const clashes = findClashes(members, path).map(({ entry, first, second }) =>
    planProblems.UNITE_CLASH(
      [...path, entry].join('.'),
      first,
      second,
      locate(['services', second, ...path, entry]),
    ),
  );
  const isList = members.some(({ written }) => Array.isArray(valueAt(written, path)));
  const united = isList ? unitedEntries(members, path) : unitedMap(members, path);
  return { service: isGiven(united) ? nest(path, united) : {}, problems: clashes };
}

function unitedMap(members: readonly Service[], path: readonly string[]): JsonObject {
  const written = members.flatMap((member) => Object.entries(asObject(valueAt(member.written, path))));
  return Object.fromEntries([...new Map(written)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function findClashes(members: readonly Service[], path: readonly string[]) {
  const owners = new Map<string, { readonly service: string; readonly value: string }>();
  return members.flatMap(({ name, resolved }) =>
    Object.entries(asObject(valueAt(resolved, path))).flatMap(([entry, value]) => {
      const text = JSON.stringify(value);
      const owner = owners.get(entry);
      if (owner === undefined) owners.set(entry, { service: name, value: text });
      return owner === undefined || owner.value === text
        ? []
        : [{ entry, first: owner.service, second: name }];
    }),
  );
}

/** One value for all members that have one. */
export function uniteEqual(members: readonly Service[], path: readonly string[], locate: Locate): United {
  const withValue = members.filter(({ written }) => isGiven(valueAt(written, path)));
  const [first, ...others] = withValue;
  if (first === undefined) return { service: {}, problems: [] };
  const value = valueAt(first.written, path) ?? null;
  const problems = others
    .filter(({ written }) => JSON.stringify(valueAt(written, path)) !== JSON.stringify(value))
    .map(({ name }) =>
      planProblems.UNITE_CLASH(path.join('.'), first.name, name, locate(['services', name, ...path])),
    );
  return { service: nest(path, value), problems };
}

/** One value that every member has to have. */
export function uniteAll(members: readonly Service[], key: string, locate: Locate): United {
  const owner = members.find(({ written }) => isGiven(written[key]));
  if (owner === undefined) return { service: {}, problems: [] };
  const problems = members
    .filter(({ written }) => JSON.stringify(written[key]) !== JSON.stringify(owner.written[key]))
    .map(({ name }) =>
      planProblems.UNITE_CLASH(key, owner.name, name, locate(['services', owner.name, key])),
    );
  return { service: { [key]: owner.written[key] ?? null }, problems };
}

function isGiven(value: Json | undefined): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function nest(path: readonly string[], value: Json): JsonObject {
  return path.reduceRight<Json>((inner, key) => ({ [key]: inner }), value) as JsonObject;
}
