/** What members say about the container that they now share: united on the bundle's one service. */
import { asList, asObject, asText, asTexts } from '../compose/json.js';
import type { Json, JsonObject, Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { parseBytes } from './durations.js';
import { planProblems } from './plan-problems.js';

export interface United {
  readonly service: JsonObject;
  readonly problems: readonly Problem[];
}

/** Lists are joined, maps are joined where they agree, limits are summed where every member has one. */
export function uniteServices(members: readonly Service[], locate: Locate): United {
  const parts = [
    uniteList(members, 'ports'),
    ...['dns', 'dns_opt', 'dns_search'].map((key) => uniteList(members, key)),
    uniteMap(members, 'labels', locate),
    uniteEqual(members, 'logging', locate),
    uniteUlimits(members),
    sumLimits(members),
  ];
  return {
    service: Object.assign({}, ...parts.map(({ service }) => service)) as JsonObject,
    problems: parts.flatMap(({ problems }) => problems),
  };
}

function uniteList(members: readonly Service[], key: string): United {
  const items = members.flatMap(({ written }) =>
    typeof written[key] === 'string' ? [written[key]] : asList(written[key]),
  );
  const seen = new Map(items.map((item) => [JSON.stringify(item), item]));
  return { service: seen.size === 0 ? {} : { [key]: [...seen.values()] }, problems: [] };
}

function uniteMap(members: readonly Service[], key: string, locate: Locate): United {
  const owners = new Map<string, { readonly service: string; readonly value: Json }>();
  const problems: Problem[] = [];
  for (const { name, written } of members) {
    for (const [entry, value] of Object.entries(asObject(written[key]))) {
      const owner = owners.get(entry);
      if (owner === undefined) owners.set(entry, { service: name, value });
      else if (JSON.stringify(owner.value) !== JSON.stringify(value)) {
        problems.push(
          planProblems.UNITE_CLASH(
            `${key}.${entry}`,
            owner.service,
            name,
            locate(['services', name, key, entry]),
          ),
        );
      }
    }
  }
  const entries = [...owners]
    .map(([entry, { value }]) => [entry, value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { service: entries.length === 0 ? {} : { [key]: Object.fromEntries(entries) }, problems };
}

function uniteEqual(members: readonly Service[], key: string, locate: Locate): United {
  const [first, ...others] = members.filter(
    ({ written }) => written[key] !== undefined && written[key] !== null,
  );
  if (first === undefined) return { service: {}, problems: [] };
  const problems = others
    .filter(({ written }) => JSON.stringify(written[key]) !== JSON.stringify(first.written[key]))
    .map(({ name }) => planProblems.UNITE_CLASH(key, first.name, name, locate(['services', name, key])));
  return { service: { [key]: first.written[key] ?? null }, problems };
}

/** Limits that members raise; the others they mostly lower, which must not lower them for the rest. */
const RAISED_LIMITS = new Set(['memlock', 'msgqueue', 'rtprio', 'sigpending']);

/** The largest of each limit that every member sets or that is there to be raised; each member then gets its own. */
function uniteUlimits(members: readonly Service[]): United {
  const names = [
    ...new Set(members.flatMap(({ resolved }) => Object.keys(asObject(resolved.ulimits)))),
  ].sort();
  const entries = names.flatMap((name) => {
    const values = members
      .map(({ resolved }) => asObject(resolved.ulimits)[name])
      .filter((value) => value !== undefined);
    const isForAll = values.length === members.length || RAISED_LIMITS.has(name);
    return isForAll ? [[name, largest(values)] as const] : [];
  });
  return { service: entries.length === 0 ? {} : { ulimits: Object.fromEntries(entries) }, problems: [] };
}

/** -1 is unlimited. */
function largest(values: readonly Json[]): JsonObject {
  const of = (key: 'soft' | 'hard') => {
    const numbers = values.map((value) => Number(asText(value) ?? asText(asObject(value)[key]) ?? 0));
    return numbers.includes(-1) ? -1 : Math.max(...numbers);
  };
  return { soft: of('soft'), hard: of('hard') };
}

/** `deploy.resources`, `cpus`, `mem_limit` and `mem_reservation` as sums; no sum where a member has no value. */
function sumLimits(members: readonly Service[]): United {
  const of = (kind: 'limits' | 'reservations', key: 'cpus' | 'memory', short: string) =>
    sum(
      members.map(({ resolved }) => limitOf(resolved, kind, key) ?? asText(resolved[short])),
      key,
    );
  const limits = { cpus: of('limits', 'cpus', 'cpus'), memory: of('limits', 'memory', 'mem_limit') };
  const reservations = {
    cpus: of('reservations', 'cpus', ''),
    memory: of('reservations', 'memory', 'mem_reservation'),
  };
  const resources = withoutUndefined({
    limits: withoutUndefined(limits),
    reservations: withoutUndefined(reservations),
  });
  return { service: resources === undefined ? {} : { deploy: { resources } }, problems: [] };
}

function limitOf(resolved: JsonObject, kind: string, key: string): string | undefined {
  return asText(asObject(asObject(asObject(resolved.deploy).resources)[kind])[key]);
}

function sum(values: readonly (string | undefined)[], key: 'cpus' | 'memory'): string | undefined {
  const numbers = values.map((value) =>
    value === undefined ? undefined : key === 'cpus' ? Number(value) : parseBytes(value),
  );
  if (numbers.some((number) => number === undefined || Number.isNaN(number) || number === 0))
    return undefined;
  const total = numbers.reduce((a: number, b) => a + (b ?? 0), 0);
  return key === 'cpus' ? String(Math.round(total * 1000) / 1000) : String(total);
}

function withoutUndefined(object: Readonly<Record<string, Json | undefined>>): JsonObject | undefined {
  const entries = Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The strongest restart policy of the members: the bundle must come back when any of them would. */
export function strongestRestart(policies: readonly string[]): string {
  const named = ['always', 'unless-stopped', 'on-failure'].find((name) => policies.includes(name));
  if (named !== undefined) return named;
  const attempts = policies.flatMap((policy) => /^on-failure:(\d+)$/.exec(policy)?.[1] ?? []).map(Number);
  return attempts.length === 0 ? 'no' : `on-failure:${Math.max(...attempts)}`;
}

/** Every `restart` of the members, as text. */
export function restartsOf(members: readonly Service[]): readonly string[] {
  return members.flatMap(({ resolved }) => asTexts(resolved.restart));
}
