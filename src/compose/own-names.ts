/** Names of volumes, networks, secrets and configs that nobody wrote: Compose makes them of the project's name. */
import { asObject, asText, mapObject } from './json.js';
import type { Json, JsonObject } from './project.js';

const KINDS = ['configs', 'networks', 'secrets', 'volumes'] as const;

/**
 * The top level as written without them (compose-go, loader: `setNameFromKey`): Compose makes them again, of the name that
 * the project has then. One that is an expression they hold as a text, since none is replaced in the project as written.
 * What is external has its key for a name; whether it is may be a variable's to say.
 */
export function withoutOwnNames(written: JsonObject, resolved: JsonObject): JsonObject {
  const project = asText(written.name) ?? '';
  const kinds = KINDS.filter((kind) => written[kind] !== undefined).map((kind): [string, Json] => [
    kind,
    mapObject(asObject(written[kind]), (entry, key) => {
      const { name, ...rest } = asObject(entry);
      const isExternal = asObject(asObject(resolved[kind])[key] ?? entry).external === true;
      return name === (isExternal ? key : `${project}_${key}`) ? rest : entry;
    }),
  ]);
  return { ...written, ...Object.fromEntries(kinds) };
}
