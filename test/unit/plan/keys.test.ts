/** The tables of keys, held against the schema of the Compose Specification (the copy in the package dclint). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_KEYS } from '../../../src/plan/keys/project-keys.js';
import { SERVICE_KEYS } from '../../../src/plan/keys/service-keys.js';
import { SERVICE_SUB_KEYS } from '../../../src/plan/keys/service-sub-keys.js';
import type { Verdict } from '../../../src/plan/keys/verdict.js';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface Root extends Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('dclint/package.json'));
const root: Root = JSON.parse(readFileSync(join(folder, 'schemas/compose.schema.json'), 'utf8'));
const SERVICE = root.definitions.service?.properties ?? {};

/** Every key below a schema; names of the user's are `*`. */
function keysBelow(schema: Schema, path: string, seen: readonly string[]): readonly string[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return seen.includes(name) ? [] : keysBelow(root.definitions[name] ?? {}, path, [...seen, name]);
  }
  const named = Object.entries(schema.properties ?? {}).flatMap(([key, child]) => [
    `${path}.${key}`,
    ...keysBelow(child, `${path}.${key}`, seen),
  ]);
  return [
    ...named,
    ...freeSchemas(schema).flatMap((child) => keysBelow(child, `${path}.*`, seen)),
    ...alternatives(schema).flatMap((child) => keysBelow(child, path, seen)),
  ];
}

function freeSchemas({ patternProperties, additionalProperties }: Schema): readonly Schema[] {
  const patterns = Object.entries(patternProperties ?? {}).filter(([pattern]) => pattern !== '^x-');
  const rest = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  return [...patterns.map(([, child]) => child), ...rest];
}

function alternatives({ oneOf, anyOf, items }: Schema): readonly Schema[] {
  return [...(oneOf ?? []), ...(anyOf ?? []), ...(items ? [items] : [])];
}

/** A row of its own, or that of a key above it which is decided as a whole. */
function hasRow(key: string, rows: Readonly<Record<string, Verdict>>): boolean {
  if (rows[key] !== undefined) return true;
  const above = key.split('.').slice(0, -1);
  const nearest = above
    .map((_, index) => above.slice(0, above.length - index).join('.'))
    .find((name) => rows[name] !== undefined);
  if (nearest === undefined) return false;
  const isWhole = !Object.keys(rows).some((name) => name.startsWith(`${nearest}.`));
  return isWhole || ['refused', 'before'].includes(rows[nearest]?.verdict ?? '');
}

describe('the table of keys', () => {
  it('has a row for every key of a service in the Compose Specification, and for no other', () => {
    expect(Object.keys(SERVICE_KEYS).sort()).toEqual(Object.keys(SERVICE).sort());
    expect(Object.keys(SERVICE)).toHaveLength(92);
  });

  it('has a row for every key below those of a service, and for no other', () => {
    const keys = Object.entries(SERVICE).flatMap(([key, schema]) => keysBelow(schema, key, []));
    const rows = { ...SERVICE_KEYS, ...SERVICE_SUB_KEYS };
    expect(keys.filter((key) => !hasRow(key, rows))).toEqual([]);
    expect(Object.keys(SERVICE_SUB_KEYS).filter((key) => !keys.includes(key))).toEqual([]);
    expect(keys.length).toBeGreaterThan(150);
  });

  it('has a row for every key of the project', () => {
    const all = Object.entries(root.properties)
      .filter(([key]) => key !== 'services')
      .flatMap(([key, schema]) => [key, ...keysBelow(schema, key, [])]);
    const withTop = (key: string) => PROJECT_KEYS[key] ?? PROJECT_KEYS[key.split('.')[0] ?? ''];
    expect(all.filter((key) => withTop(key) === undefined)).toEqual([]);
    expect(Object.keys(PROJECT_KEYS).filter((key) => ![...all, 'services'].includes(key))).toEqual([]);
  });

  it('tells for every refused key why, and for every limited one what to do', () => {
    const rows = Object.values({ ...SERVICE_KEYS, ...SERVICE_SUB_KEYS });
    expect(rows.filter(({ how }) => how.length < 8)).toEqual([]);
    expect(rows.filter(({ verdict, fix }) => verdict === 'limited' && !fix)).toEqual([]);
  });
});
