/** The oracle's own rules for what all members of a bundle say about its one container. */
import { asObject, asText } from '../../../src/compose/json.js';
import type { Json, JsonObject } from '../../../src/compose/project.js';
import { runtimeBytes, runtimePids } from '../../../src/tenancy/runtime-overhead.js';

const SWARM_KEYS = ['endpoint_mode', 'placement', 'rollback_config', 'update_config'];
/** Others are lowered by members, not raised. */
const RAISED = ['memlock', 'msgqueue', 'nice', 'rtprio', 'sigpending'];

/** deploy, logging and ulimits that the bundle of these members has to have. */
export function expectedUnited(members: readonly JsonObject[]): JsonObject {
  const deploys = members.map(({ deploy }) => asObject(deploy));
  const logging = members.find((member) => member.logging !== undefined)?.logging;
  return {
    ...Object.fromEntries(
      SWARM_KEYS.map((key) => [key, deploys.find((one) => one[key] !== undefined)?.[key] ?? null]),
    ),
    labels: Object.assign({}, ...deploys.map(({ labels }) => asObject(labels))) as JsonObject,
    limits: {
      cpus: limit(members, 'cpus', 'cpus'),
      memory: plus(limit(members, 'memory', 'mem_limit'), runtimeBytes(members.length)),
      pids: plus(limit(members, 'pids', 'pids_limit'), runtimePids(members.length)),
    },
    reservations: {
      cpus: sum(amounts(members, 'reservations', 'cpus', '')),
      memory: plus(
        sum(amounts(members, 'reservations', 'memory', 'mem_reservation')),
        runtimeBytes(members.length),
      ),
    },
    logging: logging ?? null,
    ulimits: ulimits(members),
  };
}

/** The same of the bundle's service in the rewritten file. */
export function actualUnited(bundle: JsonObject): JsonObject {
  const deploy = asObject(bundle.deploy);
  const of = (kind: string, amount: string) => {
    const text = asText(asObject(asObject(deploy.resources)[kind])[amount]);
    return text === undefined ? null : Number(text);
  };
  return {
    ...Object.fromEntries(SWARM_KEYS.map((key) => [key, deploy[key] ?? null])),
    labels: asObject(deploy.labels),
    limits: {
      // A quota for Compose, the long form for a platform that reads the file.
      cpus: bundle.cpu_quota === undefined ? of('limits', 'cpus') : sum(amounts([bundle], '', '', 'cpus')),
      memory: of('limits', 'memory'),
      pids: of('limits', 'pids'),
    },
    reservations: { cpus: of('reservations', 'cpus'), memory: of('reservations', 'memory') },
    logging: bundle.logging ?? null,
    ulimits: Object.fromEntries(
      Object.entries(asObject(bundle.ulimits)).map(([name, value]) => [name, bounds(value)]),
    ),
  };
}

function amounts(
  members: readonly JsonObject[],
  kind: string,
  amount: string,
  short: string,
): readonly number[] {
  return members.map((member) => {
    const long = asObject(asObject(asObject(member.deploy).resources)[kind])[amount];
    const quota = short === 'cpus' ? Number(asText(member.cpu_quota) ?? 0) : 0;
    const processors = quota / Number(asText(member.cpu_period) ?? 100_000);
    return Number(asText(long) ?? asText(member[short]) ?? processors);
  });
}

/** One of the whole container, when every member has it. */
function limit(members: readonly JsonObject[], amount: string, short: string): number | null {
  const values = amounts(members, 'limits', amount, short);
  return values.every((value) => value > 0) ? sum(values) : null;
}

function sum(values: readonly number[]): number | null {
  const total = values.reduce((a, b) => a + b, 0);
  return total > 0 ? Math.round(total * 1000) / 1000 : null;
}

function plus(amount: number | null, ofRuntime: number): number | null {
  return amount === null ? null : amount + ofRuntime;
}

function ulimits(members: readonly JsonObject[]): JsonObject {
  const all = members.map((member) => asObject(member.ulimits));
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  const forAll = names.filter((name) => RAISED.includes(name) || all.every((one) => name in one));
  return Object.fromEntries(
    forAll.map((name) => {
      const given = all.filter((one) => name in one).map((one) => bounds(one[name]));
      return [name, { soft: most(given.map(({ soft }) => soft)), hard: most(given.map(({ hard }) => hard)) }];
    }),
  );
}

function bounds(value: Json | undefined): { readonly soft: number; readonly hard: number } {
  const { soft, hard } = asObject(value);
  return { soft: Number(asText(soft) ?? asText(value)), hard: Number(asText(hard) ?? asText(value)) };
}

/** -1 is no limit. */
function most(values: readonly number[]): number {
  return values.includes(-1) ? -1 : Math.max(...values);
}
