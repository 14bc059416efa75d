/** The schema of the Compose Specification (the copy in the package dclint). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

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

export const SERVICE_KEY_NAMES: readonly string[] = Object.keys(SERVICE);

/** Keys below those of a service. */
export function keysOfServices(): readonly string[] {
  return Object.entries(SERVICE).flatMap(([key, schema]) => keysBelow(schema, key, []));
}

/** Keys of the top level and below them, but for those of services. */
export function keysOfProject(): readonly string[] {
  const all = Object.entries(root.properties)
    .filter(([key]) => key !== 'services')
    .flatMap(([key, schema]) => [key, ...keysBelow(schema, key, [])]);
  return [...new Set(all)];
}

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
