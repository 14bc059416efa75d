/** Expressions of a stack file that `docker stack deploy` refuses, or reads as another text than Compose does. */
import type { Json } from '../compose/project.js';

type Path = readonly string[];

/** Places of the texts with such expressions. */
export function findForeignExpressions(value: Json, path: Path = []): readonly Path[] {
  if (typeof value === 'string') return [...value.matchAll(EXPRESSION)].some(isForeign) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => findForeignExpressions(item, [...path, key]));
}

const EXPRESSION = /\$\$|\$\{([^}]*)/g;
/** `${A}`, and with a default or an error text, in which it replaces nothing (docker/cli, compose/template). */
const KNOWN = /^[a-z_]\w*(?::?[-?][^$]*)?$/i;

function isForeign([, inner]: RegExpMatchArray): boolean {
  return inner !== undefined && !KNOWN.test(inner);
}
