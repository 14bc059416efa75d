/** Relative paths keep their meaning when the compose file moves to the output folder. */
import { posix } from 'node:path';
import { escapeDollars, hasExpression } from '../compose/expressions.js';
import { asObject, asText } from '../compose/json.js';
import { hasDevicePath } from '../compose/normal-paths.js';
import type { Json, JsonObject } from '../compose/project.js';

/** A path relative to the project's directory → the same file, relative to the output folder. */
export type Rebase = (path: string) => string;

const DEFAULT_PATH = /^(\$\{[A-Za-z_]\w*:?-)(\.\.?(?:\/[^${}]*)?)(\}.*)$/;

/**
 * `prefix`: the project's directory as seen from the output folder (`..`), or its absolute path. Absolute and home paths stay; so does what
 * begins with an expression, but for a relative default in it.
 */
export function rebaseWith(prefix: string): Rebase {
  const literal = escapeDollars(prefix);
  const rebase: Rebase = (path) => {
    const [, before, fallback, after] = DEFAULT_PATH.exec(path) ?? [];
    if (fallback !== undefined) return `${before}${rebase(fallback)}${after}`;
    if (/^(?:[/~\\]|[A-Za-z]:[\\/]|\$(?:\{|[A-Za-z_]))/.test(path)) return path;
    return joinedPath(literal, path);
  };
  return rebase;
}

function joinedPath(prefix: string, path: string): string {
  const joined = `${prefix}/${path.replace(/^(?:\.\/)+/, '')}`.replace(/\/\.?$/, '');
  // Compose leaves an absolute path as it is, where it would have resolved a relative one.
  if (joined.startsWith('/')) return hasExpression(path) ? joined : posix.normalize(joined);
  return joined.startsWith('.') ? joined : `./${joined}`;
}

/** `file` of each secret or config of the top level. */
export function rebaseFiles(entries: Json | undefined, rebase: Rebase): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(entries)).map(([name, entry]) => {
      const file = asText(asObject(entry).file);
      return [name, file === undefined ? entry : { ...asObject(entry), file: rebase(file) }];
    }),
  );
}

/** `driver_opts.device` of volumes where Compose takes it for a path; `resolved`: what their expressions stand for. */
export function rebaseDevices(
  volumes: Json | undefined,
  resolved: Json | undefined,
  rebase: Rebase,
): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(volumes)).map(([name, volume]) => {
      const options = asObject(asObject(volume).driver_opts);
      const device = asText(options.device);
      if (device === undefined || !hasDevicePath(asObject(resolved)[name] ?? volume)) return [name, volume];
      return [name, { ...asObject(volume), driver_opts: { ...options, device: rebase(device) } }];
    }),
  );
}
