/** A member's environment: image, then env files, then `environment`; values reach it at start, never through the image. */

import { envFileNames } from '../compose/env-file-names.js';
import { isVariableName } from '../compose/expressions.js';
import { asObject, asText } from '../compose/json.js';
import type { JsonObject, Service } from '../compose/project.js';
import type { ImageConfig } from '../images/image-facts.js';
import type { Variables } from './late-binding.js';
import type { EnvFile, Launch } from './plan.js';

/** Docker's PATH for images that set none (daemon: `system.DefaultPathEnv`). */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface Environment {
  readonly launch: Launch['environment'];
  readonly variables: Variables;
  readonly files: readonly EnvFile[];
}

/** `envFileText`: what an env file holds now; undefined when there is none. Only names in it are looked at. */
export function decideEnvironment(
  prefix: string,
  service: Service,
  image: ImageConfig,
  envFileText: (path: string) => string | undefined,
): Environment {
  const entries = Object.entries(asObject(service.written.environment));
  const passThrough = entries.filter(([, value]) => value === null).map(([key]) => key);
  const found = envFilesOf(service.written).filter(
    ({ path, required }) => required || envFileText(path) !== undefined,
  );
  const outer = found.flatMap(({ path, format }) => envFileNames(envFileText(path) ?? '', format));
  const fileVariables = Object.fromEntries(
    [...new Set(outer)].sort().map((name) => [name, `${prefix}BUNDLE_FILE_${name}`]),
  );
  const files = found.map(({ path, format }, index) => ({
    path,
    target: `/run/bundle/env/${service.name}/${index}`,
    ...(format === 'raw' ? { format: 'raw' as const } : {}),
  }));
  return {
    launch: {
      prefix,
      image: { ...daemonEnvironment(service), ...imageEnvironment(image.env) },
      files: files.map(({ target, format }) => (format === undefined ? target : { path: target, format })),
      passThrough: passThrough.sort(),
      ...(outer.length === 0 ? {} : { fileVariables }),
    },
    variables: Object.fromEntries([
      ...Object.entries(fileVariables).map(([key, name]) => [name, passedThrough(key)]),
      ...entries.map(([key, value]) => [
        `${prefix}${key}`,
        value === null ? passedThrough(key) : (asText(value) ?? ''),
      ]),
    ]),
    files,
  };
}

/** Empty when the caller has no such variable, or one that no expression can name; `=VALUE` when it has (design §8.8). */
function passedThrough(key: string): string {
  if (!isVariableName(key)) return '';
  return `\${${key}+=}\${${key}-}`;
}

/** What the Engine sets below all else (moby, CreateDaemonEnvironment), but for HOSTNAME and HOME: known at start. */
function daemonEnvironment({ resolved }: Service): Readonly<Record<string, string>> {
  return { PATH: DEFAULT_PATH, ...(resolved.tty === true ? { TERM: 'xterm' } : {}) };
}

function imageEnvironment(env: readonly string[]): Readonly<Record<string, string>> {
  const pairs = env.map((entry) => {
    const at = entry.indexOf('=');
    return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

function envFilesOf(
  written: JsonObject,
): { readonly path: string; readonly required: boolean; readonly format: string | undefined }[] {
  const list = Array.isArray(written.env_file) ? written.env_file : [written.env_file];
  return list.flatMap((entry) => {
    const path = asText(entry) ?? asText(asObject(entry).path);
    const { required, format } = asObject(entry);
    return path === undefined ? [] : [{ path, required: required !== false, format: asText(format) }];
  });
}
