/**
 * Options that a variable names in a short volume (`./conf:/etc/app:${MODE}`): Compose, which splits it before it
 * replaces anything, keeps neither them nor the expression (compose-go, format.ParseVolume). Only today's are known.
 */
import { asList, asObject } from './json.js';
import type { Json, JsonObject } from './project.js';

type Path = readonly (string | number)[];

const OF_KIND = { bind: ['selinux', 'propagation'], volume: ['nocopy'] } as const;

/** Each volume of a service as written, with the one that it resolves to. */
export function pairedVolumes(written: JsonObject, resolved: JsonObject) {
  const plain = asList(resolved.volumes).map(asObject);
  const byTarget = new Map(plain.map((volume) => [volume.target, volume]));
  return asList(written.volumes).map((item, index) => {
    const volume = asObject(item);
    return { written: volume, resolved: byTarget.get(volume.target ?? null) ?? plain[index] ?? {} };
  });
}

/** The volume as written, with the options that only its resolved form has. */
export function withOptions(written: JsonObject, resolved: JsonObject): JsonObject {
  const out: Record<string, Json> = { ...written };
  for (const { kind, name, value } of lostOptions(written, resolved))
    if (kind === undefined) out[name] = value;
    else out[kind] = { ...asObject(out[kind]), [name]: value };
  return out;
}

/** Places of such options in services, as written and resolved. */
export function findDecidedOptions(written: JsonObject, resolved: JsonObject): readonly Path[] {
  return Object.entries(asObject(written.services)).flatMap(([service, own]) => {
    const pairs = pairedVolumes(asObject(own), asObject(asObject(resolved.services)[service]));
    return pairs.flatMap((pair, index) =>
      lostOptions(pair.written, pair.resolved).map(({ kind, name }) => {
        const below = kind === undefined ? [name] : [kind, name];
        return ['services', service, 'volumes', index, ...below];
      }),
    );
  });
}

interface Option {
  readonly kind?: keyof typeof OF_KIND;
  readonly name: string;
  readonly value: Json;
}

function lostOptions(written: JsonObject, resolved: JsonObject): readonly Option[] {
  const isReadOnly = resolved.read_only === true && written.read_only === undefined;
  const plain: readonly Option[] = isReadOnly ? [{ name: 'read_only', value: true }] : [];
  // What a volume of another type has is not of its own.
  if (written.type !== resolved.type) return plain;
  const nested = (['bind', 'volume'] as const).flatMap((kind) =>
    OF_KIND[kind].flatMap((name): readonly Option[] => {
      const value = asObject(resolved[kind])[name];
      return value === undefined || asObject(written[kind])[name] !== undefined
        ? []
        : [{ kind, name, value }];
    }),
  );
  return [...plain, ...nested];
}
