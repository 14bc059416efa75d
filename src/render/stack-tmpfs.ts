/** `tmpfs` of a service in a stack, which knows it as a volume of that type with a size. */
import { asTexts } from '../compose/json.js';
import type { Json, JsonObject } from '../compose/project.js';
import { parseBytes } from '../plan/durations.js';

interface Tmpfs {
  readonly target: string;
  readonly options: readonly string[];
}

/** What every tmpfs of a container has anyway. */
const DEFAULTS = ['mode=1777', 'nodev', 'noexec', 'nosuid', 'rw'];

export function tmpfsVolumes(written: Json | undefined): readonly JsonObject[] {
  return asTexts(written).map((text) => {
    const { target, options } = tmpfsOf(text);
    const size = options.map(sizeOf).find((bytes) => bytes !== undefined);
    return {
      type: 'tmpfs',
      target,
      ...(options.includes('ro') ? { read_only: true } : {}),
      ...(size === undefined ? {} : { tmpfs: { size } }),
    };
  });
}

/** Options that such a volume has no key for; one that only an expression knows is named by it. */
export function tmpfsLosses(written: Json | undefined): readonly string[] {
  const lost = asTexts(written)
    .flatMap((text) => tmpfsOf(text).options)
    .filter((option) => option !== 'ro' && !DEFAULTS.includes(option) && sizeOf(option) === undefined);
  return lost.map((option) => `tmpfs.${/^\w+(?==)/.exec(option)?.[0] ?? option}`);
}

/** The size of a tmpfs is a number to the loader of stacks: no share of the memory, and no expression. */
function sizeOf(option: string): number | undefined {
  return option.startsWith('size=') ? parseBytes(option.slice('size='.length)) : undefined;
}

/** A colon or a comma within an expression divides nothing. */
function tmpfsOf(text: string): Tmpfs {
  const [target = '', options = ''] = text.match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [];
  return { target, options: options.match(/(?:\$\{[^}]*\}|[^,])+/g) ?? [] };
}
