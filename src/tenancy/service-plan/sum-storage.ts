/** Disks that the members of a bundle ask the platform for. */
import { asList, asObject, asText } from '../../compose/json.js';
import type { JsonObject, Service } from '../../compose/project.js';

const STORAGE = 'x-omnistrate-storage';

export interface StorageTotal {
  /** Cloud provider as written: `aws`, `azure`, `gcp`. */
  readonly provider: string;
  /** Sum of the sizes that are plain numbers. */
  readonly gi: number;
  /** Members with a size that is a parameter, an expression, or not said: not in the sum. */
  readonly unknown: readonly string[];
}

/** By provider. Shared file systems and buckets grow with their content and have no size. */
export function sumStorage(members: readonly Service[]): readonly StorageTotal[] {
  const disks = members.flatMap(disksOf);
  const providers = [...new Set(disks.map(({ provider }) => provider))].sort();
  return providers.map((provider) => {
    const own = disks.filter((disk) => disk.provider === provider);
    const unknown = own.filter(({ gi }) => gi === undefined).map(({ service }) => service);
    return {
      provider,
      gi: own.reduce((sum, { gi = 0 }) => sum + gi, 0),
      unknown: [...new Set(unknown)].sort(),
    };
  });
}

interface Disk {
  readonly service: string;
  readonly provider: string;
  readonly gi: number | undefined;
}

/** What is written, since a size that came from a variable is never told. */
function disksOf({ name, written }: Service): readonly Disk[] {
  const blocks = [written, ...asList(written.volumes)].map((holder) => asObject(asObject(holder)[STORAGE]));
  return blocks.flatMap((block) =>
    Object.entries(block)
      .map(([provider, settings]) => ({ provider, settings: asObject(settings) }))
      .filter(({ settings }) => settings.clusterStorageType === undefined)
      .map(({ provider, settings }) => ({ service: name, provider, gi: sizeOf(settings) })),
  );
}

function sizeOf(settings: JsonObject): number | undefined {
  const text = asText(settings.instanceStorageSizeGi) ?? '';
  return settings.instanceStorageSizeGiAPIParam === undefined && /^\d+$/.test(text)
    ? Number(text)
    : undefined;
}
