/** Variables in fields that must be known before the container starts. */
import { hasExpression } from '../compose/expressions.js';
import { isFixedWord } from '../compose/fixed-word.js';
import { asList, asObject, valueAt } from '../compose/json.js';
import type { Json, Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { planProblems } from './plan-problems.js';

/** What supervisord.conf, config.json, launch.json or a sum in the rewritten file is made from. */
const EARLY: readonly string[] = [
  'cap_add',
  'cap_drop',
  'container_name',
  'cpu_period',
  'cpu_quota',
  'cpu_shares',
  'cpus',
  'cpuset',
  'deploy.mode',
  'deploy.replicas',
  'deploy.resources',
  'deploy.restart_policy',
  'depends_on',
  'devices',
  'healthcheck.disable',
  'healthcheck.interval',
  'healthcheck.retries',
  'healthcheck.start_interval',
  'healthcheck.start_period',
  'healthcheck.timeout',
  'hostname',
  'init',
  'mem_limit',
  'mem_reservation',
  'memswap_limit',
  'network_mode',
  'networks',
  'oom_score_adj',
  'pids_limit',
  'read_only',
  'restart',
  'scale',
  'security_opt',
  'shm_size',
  'stdin_open',
  'stop_grace_period',
  'stop_signal',
  'sysctls',
  'tmpfs',
  'tty',
  'ulimits',
];

const WHY: Readonly<Record<string, string>> = {
  hostname: 'other services find it by that name, which stands in their hosts files',
};

/** A map whose names would be variables: a list of KEY=VALUE that Compose cannot keep as a map. */
const NAMED = ['environment'];

/** Numbers and fixed words are decided now, which is said; any other value may be a secret, and is an error. */
export function findEarlyVariables(service: Service, locate: Locate): readonly Problem[] {
  const at = (path: readonly (string | number)[]) => locate(['services', service.name, ...path]);
  const early = [...EARLY.map((name) => name.split('.')), ...tmpfsPaths(service)]
    .filter((path) => holdsExpression(valueAt(service.written, path)))
    .map((path) => {
      const name = path.filter((key) => typeof key === 'string').join('.');
      return isFixedWord(valueAt(service.resolved, path))
        ? planProblems.VARIABLE_DECIDED(service.name, name, at(path), WHY[name])
        : planProblems.LATE_BINDING(service.name, name, at(path));
    });
  const named = NAMED.filter((key) => Array.isArray(service.written[key])).map((key) =>
    planProblems.LATE_BINDING(service.name, key, at([key])),
  );
  return [...early, ...named];
}

/** The image has the tmpfs mounts of a member in its config.json. */
function tmpfsPaths({ written }: Service): readonly (readonly (string | number)[])[] {
  return asList(written.volumes).flatMap((volume, index) =>
    asObject(volume).type === 'tmpfs'
      ? ['read_only', 'tmpfs'].map((key) => ['volumes', index, key] as const)
      : [],
  );
}

function holdsExpression(value: Json | undefined): boolean {
  if (typeof value === 'string') return hasExpression(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => hasExpression(key) || holdsExpression(item));
}
