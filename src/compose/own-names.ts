/** Names of volumes, networks, secrets and configs that nobody wrote: Compose makes them of the project's name. */
import { asObject, asText, mapObject } from './json.js';
import type { Json, JsonObject } from './project.js';

const KINDS = ['configs', 'networks', 'secrets', 'volumes'] as const;

type IsPinned = (path: readonly string[], name: string) => boolean;

/**
 * The top level as written without them (compose-go, loader: `setNameFromKey`): Compose makes them again, of the name that
 * the project has then. One that is an expression they hold as a text, since none is replaced in the project as written.
 * What is external has its key for a name, which may be a variable's to say. `isPinned`: the user's own word, if the
 * same.
 */
export function withoutOwnNames(written: JsonObject, resolved: JsonObject, isPinned: IsPinned): JsonObject {
  const kinds = KINDS.filter((kind) => written[kind] !== undefined).map((kind): [string, Json] => [
    kind,
    mapObject(asObject(written[kind]), (entry, key) => {
      const { name, ...rest } = asObject(entry);
      const given = { project: written, key, name: asText(name), isExternal: rest.external === true };
      const isKept =
        !isDerived(given, asObject(resolved[kind])[key], resolved) ||
        (!given.isExternal && isPinned([kind, key, 'name'], given.name ?? ''));
      return isKept ? entry : rest;
    }),
  ]);
  return { ...written, ...Object.fromEntries(kinds) };
}

interface Given {
  readonly project: JsonObject;
  readonly key: string;
  readonly name: string | undefined;
  readonly isExternal: boolean;
}

/** Where it is known what the entry is today, a name may have been derived of either kind, and must be right today. */
function isDerived(given: Given, now: Json | undefined, today: JsonObject): boolean {
  const { project, key, name, isExternal } = given;
  if (now === undefined) return name === nameOf(project, key, isExternal);
  const { name: nameNow, external } = asObject(now);
  const isKnown = name === nameOf(project, key, true) || name === nameOf(project, key, false);
  return isKnown && nameNow === nameOf(today, key, external === true);
}

function nameOf(project: JsonObject, key: string, isExternal: boolean): string {
  return isExternal ? key : `${asText(project.name) ?? ''}_${key}`;
}
