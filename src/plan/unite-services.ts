/** What members say about the container that they now share: united on the bundle's one service. */
import { asList, asObject, asText, asTexts } from '../compose/json.js';
import type { Json, JsonObject, Locate, Service } from '../compose/project.js';
import { planProblems } from './plan-problems.js';
import { uniteCgroup } from './unite-cgroup.js';
import { uniteDeploy } from './unite-deploy.js';
import { uniteKernel } from './unite-kernel.js';
import { type United, uniteAll, uniteEqual, uniteList, uniteMap } from './unite-values.js';

/** Lists are joined, maps are joined where they agree, limits are summed where every member has one. */
export function uniteServices(members: readonly Service[], locate: Locate): United {
  const parts = [
    ...['ports', 'external_links', 'label_file'].map((key) => uniteList(members, key)),
    ...['dns', 'dns_opt', 'dns_search'].map((key) => uniteResolver(members, key, locate)),
    ...['annotations', 'labels'].map((key) => uniteMap(members, [key], locate)),
    uniteLogging(members, locate),
    uniteConfinement(members, locate),
    uniteEqual(members, ['mac_address'], locate),
    uniteAll(members, 'cgroup_parent', locate),
    uniteAttach(members),
    uniteUlimits(members),
    uniteCgroup(members, locate),
    uniteKernel(members, locate),
    uniteDeploy(members, locate),
  ];
  return {
    service: Object.assign({}, ...parts.map(({ service }) => service)) as JsonObject,
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** Members share one resolver: what one of them names, all get, which is said where they differ. */
function uniteResolver(members: readonly Service[], key: string, locate: Locate): United {
  const [first, ...others] = members;
  const differs = others.find(
    ({ written }) => JSON.stringify(asList(written[key])) !== JSON.stringify(asList(first?.written[key])),
  );
  const owner = members.find(({ written }) => asList(written[key]).length > 0);
  if (differs === undefined || owner === undefined) return uniteList(members, key);
  const why = 'members share one resolver, which gets what each of them names';
  const problem = planProblems.KEY_LIMITED(
    owner.name,
    key,
    locate(['services', owner.name, key]),
    why,
    'give all members the same',
  );
  return { ...uniteList(members, key), problems: [problem] };
}

/** One log: a driver that one member names is everybody's, one that keeps nothing nobody's, which is said. */
function uniteLogging(members: readonly Service[], locate: Locate): United {
  const driverOf = ({ resolved }: Service) => asText(asObject(resolved.logging).driver);
  const limited = (owner: Service, why: string, fix: string) =>
    planProblems.KEY_LIMITED(owner.name, 'logging', locate(['services', owner.name, 'logging']), why, fix);
  const silent = members.filter((member) => driverOf(member) === 'none');
  const heard = silent.length === members.length ? members : members.filter((one) => !silent.includes(one));
  const united = uniteEqual(heard, ['logging'], locate);
  const owner = heard.find((member) => driverOf(member) !== undefined);
  const other = heard.find((member) => driverOf(member) === undefined);
  const problems = [...united.problems];
  if (owner !== undefined && other !== undefined) {
    const why = `the bundle has one log: "${other.name}" gets the driver "${driverOf(owner)}" too`;
    problems.push(limited(owner, why, `say the same "logging" of "${other.name}"`));
  }
  if (heard !== members)
    for (const one of silent)
      problems.push(
        limited(one, 'the bundle has one log, and others want theirs', `leave it out: --exclude ${one.name}`),
      );
  return { ...united, problems };
}

/** One container is confined by SELinux or not: what one member turns off is off for all, which is said. */
function uniteConfinement(members: readonly Service[], locate: Locate): United {
  const isFree = ({ resolved }: Service) =>
    asTexts(resolved.security_opt).some((option) => /^label[:=]disable$/.test(option));
  const owner = members.find(isFree);
  const other = members.find((member) => !isFree(member));
  if (owner === undefined) return { service: {}, problems: [] };
  const why = `the bundle is one container: SELinux does not confine "${other?.name}" either`;
  const problem = planProblems.KEY_LIMITED(
    owner.name,
    'security_opt: label=disable',
    locate(['services', owner.name, 'security_opt']),
    why,
    `leave it out where SELinux is not in the way, or leave the service out: --exclude ${owner.name}`,
  );
  return {
    service: { security_opt: ['label=disable'] },
    problems: other === undefined ? [] : [problem],
  };
}

function uniteAttach(members: readonly Service[]): United {
  const isDetached = members.every(({ resolved }) => resolved.attach === false);
  return { service: isDetached && members.length > 0 ? { attach: false } : {}, problems: [] };
}

/** Limits that members raise above what containers mostly have; what lowers a limit must not lower it for the rest. */
const RAISED_ABOVE: Readonly<Record<string, number>> = {
  memlock: 8 << 20,
  msgqueue: 819_200,
  nice: 0,
  rtprio: 0,
  sigpending: 1 << 17,
};

/** The largest of each limit that every member sets or that one raises; each member then gets its own. */
function uniteUlimits(members: readonly Service[]): United {
  const names = [
    ...new Set(members.flatMap(({ resolved }) => Object.keys(asObject(resolved.ulimits)))),
  ].sort();
  const entries = names.flatMap((name) => {
    const values = members
      .map(({ resolved }) => asObject(resolved.ulimits)[name])
      .filter((value) => value !== undefined);
    const most = largest(values);
    const above = RAISED_ABOVE[name];
    const isRaised = above !== undefined && (most.hard === -1 || most.hard > above);
    return isRaised || values.length === members.length ? [[name, most] as const] : [];
  });
  return { service: entries.length === 0 ? {} : { ulimits: Object.fromEntries(entries) }, problems: [] };
}

/** -1 is unlimited. */
function largest(values: readonly Json[]): { readonly soft: number; readonly hard: number } {
  const of = (key: 'soft' | 'hard') => {
    const numbers = values.map((value) => Number(asText(value) ?? asText(asObject(value)[key]) ?? 0));
    return numbers.includes(-1) ? -1 : Math.max(...numbers);
  };
  return { soft: of('soft'), hard: of('hard') };
}

/** The strongest restart policy of the members: the bundle must come back when any of them would. */
export function strongestRestart(policies: readonly string[]): string {
  const named = ['always', 'unless-stopped', 'on-failure'].find((name) => policies.includes(name));
  if (named !== undefined) return named;
  const attempts = policies.flatMap((policy) => /^on-failure:(\d+)$/.exec(policy)?.[1] ?? []).map(Number);
  return attempts.length === 0 ? 'no' : `on-failure:${Math.max(...attempts)}`;
}

/** The restart policy of each member, as `restart` writes it; `deploy.restart_policy` comes first, as in Compose. */
export function restartsOf(members: readonly Service[]): readonly string[] {
  return members.flatMap(({ resolved }) => {
    const policy = asObject(asObject(resolved.deploy).restart_policy);
    return Object.keys(policy).length === 0 ? asTexts(resolved.restart) : [restartOf(policy)];
  });
}

function restartOf(policy: JsonObject): string {
  const condition = asText(policy.condition) ?? 'none';
  if (condition === 'none') return 'no';
  if (condition !== 'on-failure') return 'always';
  const attempts = asText(policy.max_attempts) ?? '0';
  return attempts === '0' ? condition : `${condition}:${attempts}`;
}
