/** Lists of KEY=VALUE of several members, in which names may hold expressions. */
import { escapeDollars, hasExpression, unescapeDollars } from '../compose/expressions.js';
import { asObject, asText, asTexts, valueAt } from '../compose/json.js';
import type { Json, Service } from '../compose/project.js';

/** As written, sorted; entries of several members that come to one name are one, since Compose refuses equal items. */
export function unitedEntries(members: readonly Service[], path: readonly string[]): readonly string[] {
  const entries = members.flatMap(({ written, resolved }) => {
    const names = Object.keys(asObject(valueAt(resolved, path)));
    const own = entriesOf(valueAt(written, path));
    return own.map((entry) => [nameOf(entry, own, names), entry] as const);
  });
  return [...new Map(entries).values()].sort();
}

/** No expression is one in the keys of a map. */
function entriesOf(value: Json | undefined): readonly string[] {
  if (Array.isArray(value)) return asTexts(value);
  return Object.entries(asObject(value)).map(([name, item]) =>
    item === null ? escapeDollars(name) : `${escapeDollars(name)}=${asText(item) ?? ''}`,
  );
}

/** What Compose makes of an entry's name, where the resolved names leave no doubt; else the entry itself. */
function nameOf(entry: string, own: readonly string[], names: readonly string[]): string {
  const written = keyOf(entry);
  if (!hasExpression(written)) return unescapeDollars(written);
  const literal = own
    .map(keyOf)
    .filter((name) => !hasExpression(name))
    .map(unescapeDollars);
  const pattern = new RegExp(`^${written.split(EXPRESSION).map(escaped).join('.*')}$`, 's');
  const [name, ...others] = names.filter((one) => pattern.test(one) && !literal.includes(one));
  return name === undefined || others.length > 0 ? entry : name;
}

const EXPRESSION = /\$\{[^}]*\}+|\$[A-Za-z_]\w*/;

function escaped(text: string): string {
  return unescapeDollars(text).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function keyOf(entry: string): string {
  return entry.split('=')[0] ?? '';
}
