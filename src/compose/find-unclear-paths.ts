/** Variables of paths in included and extended files: Compose tells what such a path is today, not where it counts from. */
import type { Problem } from '../problems.js';
import { asList, asObject, asText, valueAt } from './json.js';
import { hasDevicePath, isUnclearPath, sshKeys } from './normal-paths.js';
import type { Json, JsonObject, Locate } from './project.js';
import { sourceProblems } from './source-problems.js';

type Path = readonly (string | number)[];

/** `written` and `resolved`: whole projects, with all their services. */
export function findUnclearPaths(
  written: JsonObject,
  resolved: JsonObject,
  locate: Locate,
): readonly Problem[] {
  return placesOf(written, resolved).flatMap((path) => {
    const text = asText(valueAt(written, path)) ?? '';
    return isUnclearPath(text, asText(valueNow(resolved, path)))
      ? [sourceProblems.PATH_UNCLEAR(text, locate(path))]
      : [];
  });
}

function valueNow(resolved: JsonObject, path: Path): Json | undefined {
  if (path.at(-2) !== 'ssh') return valueAt(resolved, path);
  return sshKeys(valueAt(resolved, path.slice(0, -1)))[String(path.at(-1))];
}

function placesOf(
  { services, secrets, configs, volumes }: JsonObject,
  resolved: JsonObject,
): readonly Path[] {
  const ofServices = Object.entries(asObject(services)).flatMap(([name, service]) => {
    const { build, volumes: mounts, label_file: labels } = asObject(service);
    const { additional_contexts: contexts, ssh } = asObject(build);
    const within: readonly Path[] = [
      ['build', 'context'],
      ...Object.keys(asObject(contexts)).map((name) => ['build', 'additional_contexts', name]),
      ...Object.keys(asObject(ssh)).map((name) => ['build', 'ssh', name]),
      ...asList(mounts).map((_, index) => ['volumes', index, 'source']),
      ...asList(labels).map((_, index) => ['label_file', index]),
    ];
    return within.map((path) => ['services', name, ...path]);
  });
  const ofFiles = Object.entries({ secrets, configs }).flatMap(([key, entries]) =>
    Object.keys(asObject(entries)).map((name) => [key, name, 'file']),
  );
  const ofDevices = Object.keys(asObject(volumes))
    .filter((name) => hasDevicePath(asObject(resolved.volumes)[name]))
    .map((name) => ['volumes', name, 'driver_opts', 'device']);
  return [...ofServices, ...ofFiles, ...ofDevices];
}
