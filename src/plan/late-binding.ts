/** Fields that hold `${…}` are never written resolved: they become variables of the container (design §8.1). */
import { hasExpression, unescapeDollars } from '../compose/expressions.js';
import { asText, asTexts } from '../compose/json.js';
import type { Json } from '../compose/project.js';
import type { Text, Word } from './plan.js';

/** Variables of the bundle's `environment`: name → value as written; null passes the caller's variable through. */
export type Variables = Readonly<Record<string, string | null>>;

export interface Bound<T> {
  readonly value: T;
  readonly variables: Variables;
}

/** `API__` for the service `api`: upper case, `-` and `.` become `_`. */
export function variablePrefix(service: string): string {
  return `${service.toUpperCase().replace(/[-.]/g, '_')}__`;
}

/**
 * A text: itself when it is a literal, a variable named `<prefix>BUNDLE_<field>` when it holds an expression. `otherwise`
 * is what an empty value stands for.
 */
export function bindText(prefix: string, field: string, written: string, otherwise = ''): Bound<Text> {
  if (!hasExpression(written)) return { value: unescapeDollars(written) || otherwise, variables: {} };
  const name = `${prefix}BUNDLE_${field}`;
  return { value: { var: name, ...(otherwise === '' ? {} : { otherwise }) }, variables: { [name]: written } };
}

/** Each item of a list on its own, so that a value can never become two words. */
export function bindTexts(prefix: string, field: string, written: readonly string[]): Bound<readonly Text[]> {
  const bound = written.map((text, index) => bindText(prefix, `${field}_${index}`, text));
  return { value: bound.map(({ value }) => value), variables: mergeVariables(bound) };
}

/**
 * A command: a list binds item by item; a string with an expression is split after substitution, as Compose does; a
 * string without one was split by Compose (`resolved`).
 */
export function bindCommand(
  prefix: string,
  field: string,
  written: Json | undefined,
  resolved: Json | undefined,
): Bound<readonly Word[]> {
  const text = asText(written);
  if (text === undefined) return bindTexts(prefix, field, asTexts(written));
  if (!hasExpression(text)) return { value: asTexts(resolved), variables: {} };
  const name = `${prefix}BUNDLE_${field}`;
  return { value: [{ words: [name] }], variables: { [name]: text } };
}

/** All variables of several bound values. */
export function mergeVariables(bound: readonly { readonly variables: Variables }[]): Variables {
  return Object.assign({}, ...bound.map(({ variables }) => variables)) as Variables;
}
