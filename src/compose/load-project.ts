/** Turns the outputs of `docker compose config` into a Project. Reads no file and starts no process. */
import { parse, parseDocument, YAMLError } from 'yaml';
import { ProblemsError } from '../problems.js';
import { findDecidedReferences, withDecidedReferences } from './decided-references.js';
import { hasOddNumbers, keepNumbersExact } from './exact-numbers.js';
import { unescapeDollars } from './expressions.js';
import { findUnclearPaths } from './find-unclear-paths.js';
import { asObject } from './json.js';
import { normalDevices, normalFiles, normalPaths } from './normal-paths.js';
import { normalService } from './normal-service.js';
import { withoutOwnNames } from './own-names.js';
import { platformBlocks } from './platform-blocks.js';
import type { Json, JsonObject, Project, Service } from './project.js';
import { restoreExpressions } from './protect-expressions.js';
import { positionsIn, type SourceFile } from './source-positions.js';
import { sourceProblems } from './source-problems.js';
import { findLostDevices } from './split-devices.js';
import { findDecidedOptions } from './volume-options.js';

export interface ProjectTexts {
  /** `docker compose config --no-path-resolution`: values resolved, every literal `$` doubled. */
  readonly resolved: string;
  /** The same with `--no-interpolate --no-env-resolution` and all profiles: expressions kept. */
  readonly written: string;
  /** With values, all profiles and `--no-env-resolution`; undefined where Compose cannot. */
  readonly everything?: string | undefined;
  readonly sources: readonly SourceFile[];
  /** Files that the sources include or extend, for positions. */
  readonly referenced?: readonly SourceFile[];
  readonly directory: string;
  readonly envFiles: readonly string[];
  /** What Compose warned about. */
  readonly warnings: readonly string[];
}

/**
 * `services` are those of the active profiles. What only the written form knows (services of inactive profiles) stays
 * in `inactive`, so that nothing of the user's file gets lost.
 */
export function loadProject(texts: ProjectTexts): Project {
  const resolved = parseYaml(restoreExpressions(unescapeDollars(texts.resolved)));
  const written = parseYaml(restoreExpressions(texts.written));
  const everything = needsEverything(texts, written, resolved)
    ? parseYaml(restoreExpressions(unescapeDollars(texts.everything ?? texts.resolved)))
    : resolved;
  const files = [...(texts.referenced ?? []), ...texts.sources];
  const { locate, isWritten } = positionsIn(files);
  // The text first: most projects need no positions.
  const isPinned = (path: readonly string[], name: string) =>
    files.some(({ text }) => text.includes(name)) && isWritten(path);
  const unclear = [
    ...(texts.referenced?.length ? findUnclearPaths(written, everything, locate) : []),
    ...findLostDevices(written, everything, locate),
  ];
  if (unclear.length > 0) throw new ProblemsError('input', unclear);
  const writtenServices = normalServices(written, everything);
  const services: Service[] = Object.entries(asObject(resolved.services)).map(([name, service]) => ({
    name,
    resolved: asObject(service),
    written: asObject(writtenServices[name]),
  }));
  const active = new Set(services.map(({ name }) => name));
  return {
    name: String(resolved.name ?? ''),
    directory: texts.directory,
    files: texts.sources.map(({ file }) => file),
    envFiles: texts.envFiles,
    services: services.sort((a, b) => (a.name < b.name ? -1 : 1)),
    inactive: pick(writtenServices, (name) => !active.has(name)),
    written: topLevel(withoutOwnNames(written, everything, isPinned), everything),
    resolved: pick(resolved, (key) => key !== 'services'),
    platformBlocks: platformBlocks(texts.sources),
    warnings: texts.warnings,
    decided: [...findDecidedOptions(written, everything), ...findDecidedReferences(written, everything)],
    locate,
  };
}

/** The resolved form alone tells nothing of inactive services, and no paths of env files and label files. */
function needsEverything(
  { written: text }: ProjectTexts,
  written: JsonObject,
  resolved: JsonObject,
): boolean {
  const count = (project: JsonObject) => Object.keys(asObject(project.services)).length;
  return count(written) > count(resolved) || /^\s+(?:env_file|label_file):/m.test(text);
}

function normalServices(written: JsonObject, everything: JsonObject): JsonObject {
  const plain = asObject(everything.services);
  return Object.fromEntries(
    Object.entries(asObject(written.services)).map(([name, service]) => {
      const resolved = asObject(plain[name]);
      const own = withDecidedReferences(normalService(asObject(service)), resolved);
      return [name, normalPaths(own, resolved)];
    }),
  );
}

function topLevel(written: JsonObject, resolved: JsonObject): JsonObject {
  const files = (['configs', 'secrets'] as const).filter((key) => written[key] !== undefined);
  return {
    ...pick(written, (key) => key !== 'services'),
    ...Object.fromEntries(files.map((key) => [key, normalFiles(written[key], resolved[key])])),
    ...(written.volumes === undefined ? {} : { volumes: normalDevices(written.volumes, resolved.volumes) }),
  };
}

/** No aliases: what Compose prints has none. */
function parseYaml(text: string): JsonObject {
  // Compose prints these as line breaks in a way that other parsers read as blanks.
  if (/[\u0085\u2028\u2029]/.test(text))
    throw unreadable('a text holds a line break of Unicode (U+0085, U+2028, U+2029)');
  try {
    return parsed(text);
  } catch (cause) {
    throw cause instanceof YAMLError ? unreadable(cause.message.split('\n')[0] ?? '') : cause;
  }
}

function unreadable(why: string): ProblemsError {
  return new ProblemsError('input', [sourceProblems.COMPOSE_UNREADABLE(why)]);
}

function parsed(text: string): JsonObject {
  const options = { uniqueKeys: false, prettyErrors: false } as const;
  if (!hasOddNumbers(text)) return asObject(parse(text, { maxAliasCount: 0, ...options }));
  const document = parseDocument(text, options);
  if (document.errors[0] !== undefined) throw document.errors[0];
  keepNumbersExact(document);
  return asObject(document.toJS({ maxAliasCount: 0 }) as Json);
}

function pick(object: JsonObject, keep: (key: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keep(key)));
}
