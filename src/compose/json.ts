/** Reading of JSON values that stand in a compose file. */
import type { Json, JsonObject } from './project.js';

/** Whether a value is a map. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a map; an empty one for anything else. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The value as a list; an empty one for anything else. */
export function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** A scalar as Compose turns it into a string: numbers and booleans as YAML writes them; undefined for null and collections. */
export function asText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A list of strings; a single scalar counts as a list of one. */
export function asTexts(value: Json | undefined): readonly string[] {
  const list = Array.isArray(value)
    ? (value as readonly Json[])
    : value === undefined || value === null
      ? []
      : [value];
  return list.map(asText).filter((text) => text !== undefined);
}

/** Without what is undefined; undefined when nothing is left. */
export function withoutUndefined(object: Readonly<Record<string, Json | undefined>>): JsonObject | undefined {
  const entries = Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The map with its values replaced. */
export function mapObject(object: JsonObject, map: (value: Json, key: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}

/** What stands at a path, whose numbers are places in lists. */
export function valueAt(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (at, key) => (typeof key === 'number' ? asList(at)[key] : asObject(at)[key]),
    value,
  );
}
