/** A member's environment: image, then env files, then `environment`; values reach it at start, never through the image. */
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

/** `present` tells whether an optional env file exists now. */
export function decideEnvironment(
  prefix: string,
  service: Service,
  image: ImageConfig,
  isPresent: (path: string) => boolean,
): Environment {
  const entries = Object.entries(asObject(service.written.environment));
  const passThrough = entries.filter(([, value]) => value === null).map(([key]) => key);
  const files = envFilesOf(service.written)
    .filter(({ path, required }) => required || isPresent(path))
    .map(({ path, format }, index) => ({
      path,
      target: `/run/bundle/env/${service.name}/${index}`,
      ...(format === 'raw' ? { format: 'raw' as const } : {}),
    }));
  return {
    launch: {
      prefix,
      image: imageEnvironment(image.env),
      files: files.map(({ target, format }) => (format === undefined ? target : { path: target, format })),
      passThrough: passThrough.sort(),
    },
    variables: Object.fromEntries(
      entries.map(([key, value]) => [
        `${prefix}${key}`,
        value === null ? passedThrough(key) : (asText(value) ?? ''),
      ]),
    ),
    files,
  };
}

/** Empty when the caller has no such variable, `=VALUE` when it has (design §8.8). */
function passedThrough(key: string): string {
  return `\${${key}+=}\${${key}-}`;
}

function imageEnvironment(env: readonly string[]): Readonly<Record<string, string>> {
  const pairs = env.map((entry) => {
    const at = entry.indexOf('=');
    return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
  });
  return { PATH: DEFAULT_PATH, ...Object.fromEntries(pairs) };
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
