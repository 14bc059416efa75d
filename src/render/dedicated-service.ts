/** A dedicated service in the rewritten compose file: as written, but for references to members and relative paths. */
import { asList, asObject, asText, asTexts, isObject } from '../compose/json.js';
import type { Json, JsonObject } from '../compose/project.js';
import type { Plan } from '../plan/plan.js';
import type { Rebase } from './rebase.js';

export function dedicatedService(
  written: JsonObject,
  plan: Plan,
  members: ReadonlySet<string>,
  rebase: Rebase,
): JsonObject {
  const toBundle = (name: string) => (members.has(name) ? plan.bundle : name);
  const rewritten: Record<string, Json | undefined> = {
    ...written,
    depends_on: dependsOn(asObject(written.depends_on), members, plan.bundle),
    links: asTexts(written.links).map((link) => rewriteLink(link, toBundle)),
    network_mode: rewriteService(written.network_mode, toBundle),
    ipc: rewriteService(written.ipc, toBundle),
    pid: rewriteService(written.pid, toBundle),
    build: rebaseBuild(written.build, rebase),
    env_file: rebaseEnvFiles(written.env_file, rebase),
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

/** Waiting for a completed or healthy member is waiting for a healthy bundle, whose health includes both. */
function dependsOn(written: JsonObject, members: ReadonlySet<string>, bundle: string): JsonObject {
  const entries = Object.entries(written);
  const onMembers = entries.filter(([name]) => members.has(name)).map(([, value]) => asObject(value));
  const others = Object.fromEntries(entries.filter(([name]) => !members.has(name)));
  if (onMembers.length === 0) return others;
  const isStarted = onMembers.every(
    ({ condition }) => condition === undefined || condition === 'service_started',
  );
  return {
    ...others,
    [bundle]: {
      condition: isStarted ? 'service_started' : 'service_healthy',
      required: onMembers.some(({ required }) => required !== false),
      ...(onMembers.some(({ restart }) => restart === true) ? { restart: true } : {}),
    },
  };
}

function rewriteLink(link: string, toBundle: (name: string) => string): string {
  const [name = '', alias] = link.split(':');
  return toBundle(name) === name ? link : `${toBundle(name)}:${alias ?? name}`;
}

function rewriteService(value: Json | undefined, toBundle: (name: string) => string): Json | undefined {
  const text = asText(value);
  return text?.startsWith('service:') ? `service:${toBundle(text.slice('service:'.length))}` : value;
}

function rebaseBuild(build: Json | undefined, rebase: Rebase): Json | undefined {
  if (typeof build === 'string') return rebaseContext(build, rebase);
  if (!isObject(build)) return build;
  const context = asText(build.context);
  return context === undefined ? build : { ...build, context: rebaseContext(context, rebase) };
}

/** A context may be the address of a repository. */
function rebaseContext(context: string, rebase: Rebase): string {
  return /^[a-z]+:\/\/|^git@|^github\.com\//.test(context) ? context : rebase(context);
}

function rebaseEnvFiles(written: Json | undefined, rebase: Rebase): Json | undefined {
  if (typeof written === 'string') return rebase(written);
  if (!Array.isArray(written)) return written;
  return asList(written).map((entry) => {
    const path = asText(asObject(entry).path);
    return path === undefined ? rebase(asText(entry) ?? '') : { ...asObject(entry), path: rebase(path) };
  });
}

function rebaseVolume(volume: Json, rebase: Rebase): Json {
  const entry = asObject(volume);
  const source = asText(entry.source);
  return entry.type === 'bind' && source !== undefined ? { ...entry, source: rebase(source) } : volume;
}
