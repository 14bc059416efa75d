/** What a stack cannot say of a rewritten file: refused where a service would be another one, told where a key is ignored. */
import { asObject } from '../compose/json.js';
import type { Json, JsonObject, Locate } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { findForeignExpressions } from './find-foreign-expressions.js';
import { stackLosses } from './stack-losses.js';
import { targetProblems } from './target-problems.js';

/** Keys of a service that a swarm acts on (docker/cli, compose/convert). */
export const STACK_KEYS = new Set(
  'image command entrypoint environment env_file labels hostname user working_dir secrets configs volumes networks ports healthcheck stop_grace_period stop_signal stdin_open tty read_only init extra_hosts dns dns_search logging cap_add cap_drop ulimits sysctls isolation deploy'.split(
    ' ',
  ),
);

/** Ignored without a loss: they concern the build, Compose itself, or are said in another way here. */
const SILENT = new Set(
  'attach build container_name cpus depends_on develop expose links mem_limit mem_reservation platform profiles pull_policy restart scale security_opt tmpfs'.split(
    ' ',
  ),
);

/** Those have no counterpart, and the service would be another one without. */
const REFUSED: Readonly<Record<string, string>> = {
  network_mode: 'a task has a network of its own',
  volumes_from: 'tasks do not share volumes by name of a service',
  use_api_socket: 'a task has no socket of the Engine',
};

/** `services` are those that go into the stack, as `document` writes them; `stack` is what becomes of it. */
export function stackProblems(
  document: JsonObject,
  services: readonly [string, Json][],
  stack: JsonObject,
  locate: Locate,
): readonly Problem[] {
  return [
    ...services.flatMap(([name, service]) => serviceProblems(name, asObject(service), locate)),
    ...topProblems(document, locate),
    ...findForeignExpressions(stack).map((path) => expressionProblem(path, locate)),
  ];
}

function serviceProblems(service: string, written: JsonObject, locate: Locate): readonly Problem[] {
  const keys = Object.keys(written).filter((key) => !key.startsWith('x-'));
  const losses = stackLosses(written);
  const unknown = keys.filter((key) => !STACK_KEYS.has(key) && !SILENT.has(key) && !(key in REFUSED));
  const ignored = [...unknown, ...losses.ignored].sort();
  const at = (key: string) => locate(['services', service, ...key.split('.').slice(0, 1)]);
  return [
    ...Object.entries({ ...REFUSED, ...losses.refused })
      .filter(([key]) => keys.includes(key) || key in losses.refused)
      .map(([key, why]) => targetProblems.SWARM_REFUSES(service, key, why, at(key))),
    ...(ignored.length === 0 ? [] : [targetProblems.SWARM_IGNORES(service, ignored, at(ignored[0] ?? ''))]),
  ];
}

const FILES_ALONE = 'a swarm takes secrets and configs from files';
const NO_FAMILY = 'the loader of stacks does not know it';
const TOP_REFUSED = {
  networks: { enable_ipv4: NO_FAMILY, enable_ipv6: NO_FAMILY },
  secrets: { environment: FILES_ALONE, content: FILES_ALONE },
  configs: { environment: FILES_ALONE, content: FILES_ALONE },
} as const;

/** A swarm stores files; it knows neither the caller's variables nor texts in the file. */
function topProblems(document: JsonObject, locate: Locate): readonly Problem[] {
  return Object.entries(TOP_REFUSED).flatMap(([kind, refused]) =>
    Object.entries(asObject(document[kind])).flatMap(([name, value]) =>
      Object.entries(refused)
        .filter(([key]) => asObject(value)[key] !== undefined)
        .map(([key, why]) =>
          targetProblems.SWARM_REFUSES(`${kind}.${name}`, key, why, locate([kind, name, key])),
        ),
    ),
  );
}

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
