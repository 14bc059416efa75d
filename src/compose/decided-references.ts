/**
 * Variables in the names of other services and of networks. Compose takes such lists apart before it replaces anything,
 * and reads no variable where it prints the names as keys: only those of today can be written, which are no values.
 */
import { hasExpression } from './expressions.js';
import { asObject, asText, asTexts } from './json.js';
import type { Json, JsonObject } from './project.js';

type Path = readonly (string | number)[];
type IsDecided = (written: Json | undefined, resolved: Json | undefined) => boolean;

const anyName: IsDecided = (written) => Object.keys(asObject(written)).some(hasExpression);
const joined: IsDecided = (written, resolved) =>
  hasExpression(asText(written) ?? '') && asText(resolved)?.startsWith('service:') === true;

/** Keys by which Compose knows that one service waits for another, too. */
const WAITS: Readonly<Record<string, IsDecided>> = {
  ipc: joined,
  links: (written) => asTexts(written).some(hasExpression),
  network_mode: joined,
  pid: joined,
  volumes_from: (written) =>
    asTexts(written).some((text) => hasExpression(text) && !text.startsWith('container:')),
};
const KEYS: Readonly<Record<string, IsDecided>> = { ...WAITS, depends_on: anyName, networks: anyName };

/** The service as written, with today's names where they are lost otherwise; none for a key that has no names today. */
export function withDecidedReferences(written: JsonObject, resolved: JsonObject): JsonObject {
  const keys = decidedKeys(written, resolved);
  const entries = Object.entries(written).flatMap(([key, value]): [string, Json][] => {
    const now = keys.includes(key) ? resolved[key] : value;
    return now === undefined ? [] : [[key, now]];
  });
  return Object.fromEntries(entries);
}

/** Places of such keys in services, as written and resolved; waits that follow from another key are not told twice. */
export function findDecidedReferences(written: JsonObject, resolved: JsonObject): readonly Path[] {
  return Object.entries(asObject(written.services)).flatMap(([service, own]) => {
    const keys = decidedKeys(asObject(own), asObject(asObject(resolved.services)[service]));
    const isImplied = keys.some((key) => key in WAITS);
    return keys
      .filter((key) => !isImplied || key !== 'depends_on')
      .map((key) => ['services', service, key] as const);
  });
}

function decidedKeys(written: JsonObject, resolved: JsonObject): readonly string[] {
  // Of an inactive service nothing may be known.
  if (Object.keys(resolved).length === 0) return [];
  return Object.entries(KEYS)
    .filter(([key, isDecided]) => isDecided(written[key], resolved[key]))
    .map(([key]) => key);
}
