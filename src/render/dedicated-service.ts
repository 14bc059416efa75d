/** A dedicated service in the rewritten compose file: as written, but for references to members and relative paths. */
import { asList, asObject, asText, asTexts, isObject, mapObject } from '../compose/json.js';
import { mapProfiles } from '../compose/normal-paths.js';
import type { Json, JsonObject } from '../compose/project.js';
import type { Rebase } from './rebase.js';
import {
  type Places,
  rewriteDependsOn,
  rewriteLinks,
  rewriteService,
  withImplied,
} from './rewrite-references.js';

/** `resolved`: the same service with values, where it is active. */
export function dedicatedService(
  written: JsonObject,
  resolved: JsonObject | undefined,
  places: Places,
  rebase: Rebase,
): JsonObject {
  const { bundleOf } = places;
  const waits = asObject(resolved?.depends_on);
  const toBundle = (name: string) => bundleOf.get(name) ?? name;
  const rewritten: Record<string, Json | undefined> = {
    ...written,
    depends_on: rewriteDependsOn(withImplied(asObject(written.depends_on), waits, places), places, waits),
    links: rewriteLinks(written.links, bundleOf),
    network_mode: rewriteService(written.network_mode, toBundle),
    ipc: rewriteService(written.ipc, toBundle),
    pid: rewriteService(written.pid, toBundle),
    build: rebaseBuild(written.build, rebase),
    env_file: rebaseEnvFiles(written.env_file, rebase),
    label_file: rebaseLabelFiles(written.label_file, rebase),
    develop: rebaseDevelop(written.develop, rebase),
    security_opt: mapProfiles(written.security_opt, rebase),
    volumes: asList(written.volumes).map((volume) => rebaseVolume(volume, rebase)),
    'x-bundle': undefined,
  };
  return Object.fromEntries(
    Object.entries(rewritten).filter((entry): entry is [string, Json] => {
      const [key, value] = entry;
      return value !== undefined && (written[key] !== undefined || !isEmpty(value));
    }),
  );
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function rebaseBuild(build: Json | undefined, rebase: Rebase): Json | undefined {
  if (typeof build === 'string') return rebaseContext(build, rebase);
  if (!isObject(build)) return build;
  const context = asText(build.context);
  const { additional_contexts: contexts, ssh } = build;
  return {
    ...build,
    ...(context === undefined ? {} : { context: rebaseContext(context, rebase) }),
    ...(isObject(contexts)
      ? { additional_contexts: mapTexts(contexts, (path) => rebaseContext(path, rebase)) }
      : {}),
    ...(isObject(ssh) ? { ssh: mapTexts(ssh, rebase) } : {}),
  };
}

/** What is no text stays: a key of ssh without a path is that of the agent. */
function mapTexts(object: JsonObject, map: (text: string) => string): JsonObject {
  return mapObject(object, (value) => (typeof value === 'string' ? map(value) : value));
}

/** A context may be the address of a repository or of an image, or another service. */
function rebaseContext(context: string, rebase: Rebase): string {
  return /^[a-z-]+:|^git@|^github\.com\//.test(context) ? context : rebase(context);
}

function rebaseEnvFiles(written: Json | undefined, rebase: Rebase): Json | undefined {
  if (typeof written === 'string') return rebase(written);
  if (!Array.isArray(written)) return written;
  return asList(written).map((entry) => {
    const path = asText(asObject(entry).path);
    return path === undefined ? rebase(asText(entry) ?? '') : { ...asObject(entry), path: rebase(path) };
  });
}

/** Of any service; one path or a list. */
export function rebaseLabelFiles(written: Json | undefined, rebase: Rebase): Json | undefined {
  if (typeof written === 'string') return rebase(written);
  return Array.isArray(written) ? asTexts(written).map(rebase) : written;
}

function rebaseDevelop(written: Json | undefined, rebase: Rebase): Json | undefined {
  const develop = asObject(written);
  if (!Array.isArray(develop.watch)) return written;
  const watch = asList(develop.watch).map((rule) => {
    const path = asText(asObject(rule).path);
    return path === undefined ? rule : { ...asObject(rule), path: rebase(path) };
  });
  return { ...develop, watch };
}

function rebaseVolume(volume: Json, rebase: Rebase): Json {
  const entry = asObject(volume);
  const source = asText(entry.source);
  return entry.type === 'bind' && source !== undefined ? { ...entry, source: rebase(source) } : volume;
}
