/** `deploy` of the bundle's service: sums of resources, and what only a swarm reads. */
import { asObject, withoutUndefined } from '../compose/json.js';
import type { JsonObject, Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { runtimeBytes, runtimePids } from '../tenancy/runtime-overhead.js';
import { type Amount, amountOf, amountPath } from './amounts.js';
import { planProblems } from './plan-problems.js';
import { type United, uniteEqual, uniteMap } from './unite-values.js';

/** Keys that Compose itself ignores; a swarm acts on them. */
const SWARM_KEYS = ['endpoint_mode', 'placement', 'rollback_config', 'update_config'];

export function uniteDeploy(members: readonly Service[], locate: Locate): United {
  const swarm = [
    ...SWARM_KEYS.map((key) => uniteEqual(members, ['deploy', key], locate)),
    uniteMap(members, ['deploy', 'labels'], locate),
  ];
  const resources = resourcesOf(members);
  const deploy: JsonObject = Object.assign(
    {},
    ...swarm.map(({ service }) => asObject(service.deploy)),
    resources === undefined ? {} : { resources },
  );
  return {
    service: Object.keys(deploy).length === 0 ? {} : { deploy },
    problems: [...swarm.flatMap(({ problems }) => problems), ...lostLimits(members, locate)],
  };
}

function resourcesOf(members: readonly Service[]): JsonObject | undefined {
  const limits = (amount: Amount) => {
    const values = members.map((member) => amountOf(member, 'limits', amount));
    return values.some((value) => value === undefined) ? undefined : sum(values, amount, members.length);
  };
  const reservations = (amount: Amount) =>
    sum(
      members.map((member) => amountOf(member, 'reservations', amount)),
      amount,
      members.length,
    );
  return withoutUndefined({
    limits: withoutUndefined({
      cpus: limits('cpus'),
      memory: limits('memory'),
      pids: numeric(limits('pids')),
    }),
    reservations: withoutUndefined({ cpus: reservations('cpus'), memory: reservations('memory') }),
  });
}

/** Memory and process ids include what the runtime takes itself. */
function sum(values: readonly (number | undefined)[], amount: Amount, members: number): string | undefined {
  const total = values.reduce((a: number, b) => a + (b ?? 0), 0);
  if (total === 0) return undefined;
  if (amount === 'cpus') return String(Math.round(total * 1000) / 1000);
  return String(total + (amount === 'memory' ? runtimeBytes(members) : runtimePids(members)));
}

/** A limit that some members have and others have not cannot be one of the whole container. */
function lostLimits(members: readonly Service[], locate: Locate): readonly Problem[] {
  return (['cpus', 'memory', 'pids'] as const).flatMap((amount) => {
    const without = members.find((member) => amountOf(member, 'limits', amount) === undefined);
    if (without === undefined) return [];
    return members
      .filter((member) => amountOf(member, 'limits', amount) !== undefined)
      .map((member) => lostLimit(member, without, amount, locate));
  });
}

function lostLimit(member: Service, without: Service, amount: Amount, locate: Locate): Problem {
  const path = amountPath(member, 'limits', amount);
  return planProblems.KEY_LIMITED(
    member.name,
    path.join('.'),
    locate(['services', member.name, ...path]),
    `the bundle has one limit, the sum of all; "${without.name}" has none, so it gets none`,
    `give "${without.name}" a limit too`,
  );
}

function numeric(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
