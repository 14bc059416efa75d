/** What a stack cannot say of a rewritten file: refused where a service would be another one, told where a key is ignored. */
import { asObject } from '../compose/json.js';
import type { JsonObject, Locate } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { findForeignExpressions } from './find-foreign-expressions.js';
import { stackLosses } from './stack-losses.js';
import { networkLosses } from './stack-networks.js';
import { tmpfsLosses } from './stack-tmpfs.js';
import { targetProblems } from './target-problems.js';

/** Keys of a service that a swarm acts on (docker/cli, compose/convert). */
export const STACK_KEYS = new Set(
  'image command entrypoint environment env_file labels hostname user working_dir secrets configs volumes networks ports healthcheck stop_grace_period stop_signal stdin_open tty read_only init extra_hosts dns dns_search logging cap_add cap_drop ulimits sysctls isolation deploy'.split(
    ' ',
  ),
);

/** Ignored without a loss: they concern the build, Compose itself, or are said in another way here. */
const SILENT = new Set(
  'attach build container_name cpus depends_on develop expose links mem_limit mem_reservation platform profiles pull_policy restart scale tmpfs'.split(
    ' ',
  ),
);

/** Those have no counterpart, and the service would be another one without. */
const REFUSED: Readonly<Record<string, string>> = {
  network_mode: 'a task has a network of its own',
  provider: 'a swarm runs containers alone',
  volumes_from: 'tasks do not share volumes by name of a service',
  use_api_socket: 'a task has no socket of the Engine',
};

export interface StackSources {
  readonly document: JsonObject;
  /** Those that go into the stack, as the document writes them, with the names that the stack gives them. */
  readonly services: readonly (readonly [string, JsonObject])[];
  /** What becomes of it. */
  readonly stack: JsonObject;
  /** Service → aliases of its links that the stack cannot give. */
  readonly lost: ReadonlyMap<string, readonly string[]>;
  readonly isBundle: (service: string) => boolean;
  readonly locate: Locate;
}

export function stackProblems(sources: StackSources): readonly Problem[] {
  const { document, services, stack, locate } = sources;
  return [
    ...services.flatMap(([name, service]) => serviceProblems(name, service, sources)),
    ...networkProblems(document, locate),
    ...fileProblems(document, locate),
    ...findForeignExpressions(stack).map((path) => expressionProblem(path, locate)),
  ];
}

function serviceProblems(
  service: string,
  written: JsonObject,
  { lost, isBundle, locate }: StackSources,
): readonly Problem[] {
  const keys = Object.keys(written).filter((key) => !key.startsWith('x-'));
  const losses = stackLosses(written);
  const unknown = keys.filter((key) => !STACK_KEYS.has(key) && !SILENT.has(key) && !(key in REFUSED));
  // What a bundle asks for is not the user's: what it means there is said of its rung.
  const own = isBundle(service)
    ? unknown.filter((key) => key !== 'security_opt')
    : [...unknown, ...tmpfsLosses(written.tmpfs)];
  const aliases = (lost.get(service) ?? []).map((alias) => `links.${alias}`);
  const ignored = [...new Set([...own, ...losses.ignored, ...aliases])].sort();
  const at = (key: string) => locate(['services', service, ...key.split('.').slice(0, 1)]);
  return [
    ...Object.entries({ ...REFUSED, ...losses.refused })
      .filter(([key]) => keys.includes(key) || key in losses.refused)
      .map(([key, why]) => targetProblems.SWARM_REFUSES(service, key, why, at(key))),
    ...(written.image === undefined && keys.includes('build')
      ? [targetProblems.SWARM_REFUSES(service, 'build', NO_BUILD, at('build'), NAME_IT)]
      : []),
    ...(ignored.length === 0
      ? []
      : [targetProblems.SWARM_IGNORES(`service "${service}"`, ignored, at(ignored[0] ?? ''))]),
  ];
}

const NO_BUILD = 'a swarm builds nothing, and the service names no image that its nodes could pull';
const NAME_IT =
  'add "image" with a name in a registry beside "build", and push it: docker compose build --push';

function networkProblems(document: JsonObject, locate: Locate): readonly Problem[] {
  return Object.entries(asObject(document.networks)).flatMap(([name, written]) => {
    const { ignored, refused } = networkLosses(asObject(written));
    const at = (key = '') => locate(['networks', name, ...key.split('.')]);
    return [
      ...Object.entries(refused).map(([key, why]) =>
        targetProblems.SWARM_REFUSES(`networks.${name}`, key, why, at(key)),
      ),
      ...(ignored.length === 0
        ? []
        : [targetProblems.SWARM_IGNORES(`network "${name}"`, ignored, at(ignored[0]))]),
    ];
  });
}

/** A swarm stores files; it knows neither the caller's variables nor texts in the file. */
function fileProblems(document: JsonObject, locate: Locate): readonly Problem[] {
  return ['secrets', 'configs'].flatMap((kind) =>
    Object.entries(asObject(document[kind])).flatMap(([name, value]) =>
      ['environment', 'content']
        .filter((key) => asObject(value)[key] !== undefined)
        .map((key) =>
          targetProblems.SWARM_REFUSES(`${kind}.${name}`, key, FILES_ALONE, locate([kind, name, key])),
        ),
    ),
  );
}

const FILES_ALONE = 'a swarm takes secrets and configs from files';

function expressionProblem(path: readonly string[], locate: Locate): Problem {
  const [section = '', name = '', ...key] = path;
  const where = section === 'services' ? name : `${section}.${name}`;
  return targetProblems.SWARM_REFUSES(
    where,
    key.join('.'),
    'the loader of stacks knows no ${NAME+…} and no expression in another one',
    locate(path),
  );
}
