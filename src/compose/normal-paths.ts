/** Relative paths as paths of the project's folder, written so that they can be told from absolute ones. */
import { posix } from 'node:path';
import { asList, asObject, asText, asTexts, isObject, mapObject } from './json.js';
import type { Json, JsonObject } from './project.js';
import { pairedVolumes, withOptions } from './volume-options.js';

/**
 * A service as written, its paths beginning with `./` or `../` where they are relative; `resolved` tells what an
 * expression stands for. A volume whose source is an expression has the type that it resolves to: without its value
 * Compose takes every expression for the name of a volume.
 */
export function normalPaths(written: JsonObject, resolved: JsonObject): JsonObject {
  const out: Record<string, Json> = { ...written };
  if (Array.isArray(written.volumes)) out.volumes = volumesOf(written, resolved);
  if (written.build !== undefined) out.build = buildOf(written.build, resolved.build);
  if (Array.isArray(written.env_file)) out.env_file = envFilesOf(written, resolved);
  if (Array.isArray(written.label_file)) {
    const plain = asList(resolved.label_file);
    out.label_file = asList(written.label_file).map((path, index) => textPath(path, plain[index]));
  }
  if (Array.isArray(written.security_opt)) out.security_opt = securityOf(written, resolved);
  const watch = asList(asObject(written.develop).watch);
  if (watch.length > 0) out.develop = { ...asObject(written.develop), watch: watch.map(watched) };
  return out;
}

/** `file` of each secret or config of the top level. */
export function normalFiles(written: Json | undefined, resolved: Json | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(written)).map(([name, entry]) => {
      const { file } = asObject(entry);
      const plain = asObject(asObject(resolved)[name]).file;
      return [name, file === undefined ? entry : { ...asObject(entry), file: textPath(file, plain) }];
    }),
  );
}

/** `driver_opts.device` of each volume of the top level that Compose takes for a path. */
export function normalDevices(written: Json | undefined, resolved: Json | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(written)).map(([name, volume]) => {
      const plain = asObject(resolved)[name];
      const options = asObject(asObject(volume).driver_opts);
      if (options.device === undefined || !hasDevicePath(plain ?? volume)) return [name, volume];
      const device = textPath(options.device, asObject(asObject(plain).driver_opts).device);
      return [name, { ...asObject(volume), driver_opts: { ...options, device } }];
    }),
  );
}

/** The driver is named, and `bind` the only option (compose-go, paths: volumeDriverOpts). */
export function hasDevicePath(volume: Json | undefined): boolean {
  const { driver, driver_opts: options } = asObject(volume);
  return driver === 'local' && asObject(options).o === 'bind';
}

const WITH_DEFAULT = /^(\$\{[A-Za-z_]\w*:?-)([^${}]+)\}([^$]*)$/;

/** One path; `resolved` is what it stands for now, where that is known. */
export function normalPath(written: string, resolved: string | undefined): string {
  if (!/^\$(?:\{|[A-Za-z_])/.test(written)) return isRelative(written) ? joined(written, resolved) : written;
  return (
    withDefault(written, resolved) ??
    (resolved !== undefined && isRelative(resolved) ? `./${written}` : written)
  );
}

/** Compose joins the folder of an included file with an expression, which may stand for an absolute path. */
function joined(written: string, resolved: string | undefined): string {
  const at = written.search(/\$(?:\{|[A-Za-z_])/);
  return at > 0 && resolved?.startsWith('/') ? written.slice(at) : explicit(written);
}

/**
 * Whether a path begins with a variable whose relative value Compose has joined with a folder that it does not name:
 * values of the named files stand as they are, and a short volume's begins with a dot.
 */
export function isUnclearPath(written: string, resolved: string | undefined): boolean {
  const isLate = /^\$(?:\{|[A-Za-z_])/.test(written);
  if (!isLate || resolved === undefined || !isRelative(resolved) || resolved.startsWith('./')) return false;
  return withDefault(written, resolved) === undefined;
}

/** `${DIR:-data}`, where the default is relative: it alone is written relative to the project's folder. */
function withDefault(written: string, resolved: string | undefined): string | undefined {
  const [, before, fallback = '', rest = ''] = WITH_DEFAULT.exec(written) ?? [];
  if (before === undefined || !isRelative(fallback)) return undefined;
  const literal = posix.normalize(fallback + rest).replace(/^\.\//, '');
  const folder = folderOf(resolved, literal);
  return folder === undefined ? undefined : `${before}${explicit(posix.join(folder, fallback))}}${rest}`;
}

/** Folder of an included file, `` for the project's own; undefined when a relative value of the caller's is in use. */
function folderOf(resolved: string | undefined, literal: string): string | undefined {
  if (resolved === undefined || !isRelative(resolved)) return '';
  const path = posix.normalize(resolved).replace(/^\.\//, '');
  if (path === literal) return '';
  return path.endsWith(`/${literal}`) ? path.slice(0, -literal.length) : undefined;
}

/** Not absolute, not in the home directory, not the address of a repository or an image. */
function isRelative(path: string): boolean {
  return path !== '' && !/^(?:[/~\\]|[A-Za-z]:[\\/]|[a-z+-]+:|git@|github\.com\/)/.test(path);
}

function explicit(path: string): string {
  return path.startsWith('./') || path.startsWith('../') || path === '.' || path === '..'
    ? path
    : `./${path}`;
}

function textPath(written: Json | undefined, resolved: Json | undefined): Json {
  const text = asText(written);
  return text === undefined ? (written ?? null) : normalPath(text, asText(resolved));
}

function volumesOf(written: JsonObject, resolved: JsonObject): readonly Json[] {
  return pairedVolumes(written, resolved).map(({ written: volume, resolved: same }) => {
    const typed = asResolvedType(withOptions(volume, same), same);
    return typed.type === 'bind' ? { ...typed, source: textPath(typed.source, same.source) } : typed;
  });
}

function asResolvedType(written: JsonObject, resolved: JsonObject): JsonObject {
  if (resolved.type === undefined || resolved.type === written.type) return written;
  const { volume: _, ...rest } = written;
  return { ...rest, type: resolved.type, ...(resolved.bind === undefined ? {} : { bind: resolved.bind }) };
}

function buildOf(written: Json, resolved: Json | undefined): Json {
  if (!isObject(written)) return textPath(written, asObject(resolved).context);
  const plain = asObject(resolved);
  const named = (key: 'additional_contexts' | 'ssh', today: JsonObject) =>
    isObject(written[key])
      ? { [key]: mapObject(written[key], (path, name) => textPath(path, today[name])) }
      : {};
  return {
    ...written,
    ...(written.context === undefined ? {} : { context: textPath(written.context, plain.context) }),
    ...named('additional_contexts', asObject(plain.additional_contexts)),
    ...named('ssh', sshKeys(plain.ssh)),
  };
}

/** Paths of keys by name. Compose prints a map of expressions, and texts `NAME: PATH` where it has replaced them. */
export function sshKeys(ssh: Json | undefined): JsonObject {
  if (isObject(ssh)) return ssh;
  const pairs = asTexts(ssh).map((text) => /^(.*?): (.*)$/s.exec(text) ?? ['', text]);
  return Object.fromEntries(pairs.map(([, name = '', path]) => [name, path ?? null]));
}

function envFilesOf(written: JsonObject, resolved: JsonObject): readonly Json[] {
  const plain = asList(resolved.env_file).map(asObject);
  return asList(written.env_file).map((item, index) => {
    const entry = asObject(item);
    return { ...entry, path: textPath(entry.path ?? item, plain[index]?.path) };
  });
}

/** Of what Compose reads itself, from the project's folder (docker/compose, parseSecurityOpts). */
const PROFILE = /^(seccomp[=:])(?!(?:unconfined|builtin)$)(.+)$/;

/** `security_opt` with the path of each seccomp profile mapped. */
export function mapProfiles(
  options: Json | undefined,
  map: (path: string, index: number) => string,
): readonly Json[] {
  return asList(options).map((option, index) => {
    const [, name, path] = PROFILE.exec(asText(option) ?? '') ?? [];
    return name === undefined || path === undefined ? option : `${name}${map(path, index)}`;
  });
}

function securityOf(written: JsonObject, resolved: JsonObject): readonly Json[] {
  const plain = asTexts(resolved.security_opt);
  return mapProfiles(written.security_opt, (path, index) => {
    const value = plain[index] === undefined ? path : PROFILE.exec(plain[index])?.[2];
    return value === undefined ? path : normalPath(path, value);
  });
}

function watched(rule: Json): Json {
  const { path } = asObject(rule);
  return path === undefined ? rule : { ...asObject(rule), path: textPath(path, undefined) };
}
