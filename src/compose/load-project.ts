/** Turns the two outputs of `docker compose config` into a Project. Reads no file and starts no process. */
import { parse } from 'yaml';
import { unescapeDollars } from './expressions.js';
import { asObject, isObject } from './json.js';
import { normalService } from './normal-service.js';
import type { Json, JsonObject, Project, Service } from './project.js';
import { locateIn, type SourceFile } from './source-positions.js';

export interface ProjectTexts {
  /** `docker compose config --no-path-resolution`: values resolved, every literal `$` doubled. */
  readonly resolved: string;
  /** The same with `--no-interpolate --no-env-resolution` and all profiles: expressions kept. */
  readonly written: string;
  readonly sources: readonly SourceFile[];
  readonly directory: string;
  readonly envFiles: readonly string[];
}

/**
 * `services` are those of the active profiles. What only the written form knows (services of inactive profiles) stays
 * in `inactive`, so that nothing of the user's file gets lost.
 */
export function loadProject(texts: ProjectTexts): Project {
  const resolved = parseYaml(unescapeDollars(texts.resolved));
  const written = parseYaml(texts.written);
  const writtenServices = asObject(written.services);
  const services: Service[] = Object.entries(asObject(resolved.services)).map(([name, service]) => ({
    name,
    resolved: asObject(service),
    written: normalService(asObject(writtenServices[name])),
  }));
  const active = new Set(services.map(({ name }) => name));
  return {
    name: String(resolved.name ?? ''),
    directory: texts.directory,
    files: texts.sources.map(({ file }) => file),
    envFiles: texts.envFiles,
    services: services.sort((a, b) => (a.name < b.name ? -1 : 1)),
    inactive: pick(writtenServices, (name) => !active.has(name)),
    written: pick(written, (key) => key !== 'services'),
    resolved: pick(resolved, (key) => key !== 'services'),
    locate: locateIn(texts.sources),
  };
}

function parseYaml(text: string): JsonObject {
  const value: Json = parse(text, { merge: true, maxAliasCount: 100 });
  return isObject(value) ? value : {};
}

function pick(object: JsonObject, keep: (key: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keep(key)));
}
