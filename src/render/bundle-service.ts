/** The bundle's service in the rewritten compose file. */
import { escapeDollars } from '../compose/expressions.js';
import { asObject, asText, asTexts } from '../compose/json.js';
import { oncePer } from '../compose/once-per.js';
import type { Json, JsonObject, Project, Service } from '../compose/project.js';
import { FREE_PORTS } from '../plan/low-ports.js';
import type { Member, MemberMount, Plan } from '../plan/plan.js';
import { rebaseLabelFiles } from './dedicated-service.js';
import { envFileEntries } from './env-file-secrets.js';
import { grantsOf } from './grants.js';
import type { Rebase } from './rebase.js';
import {
  type BundleOf,
  type Places,
  rewriteDependsOn,
  rewriteLinks,
  rewriteService,
  stricter,
  withImplied,
} from './rewrite-references.js';

/** What a bundle's service has to know of the rest of the file. */
export interface Surroundings extends Places {
  readonly rebase: Rebase;
  /** Of the bundle's own files, relative to the compose file: `''` or `NAME/`. */
  readonly folder: string;
}

export function bundleService(plan: Plan, project: Project, around: Surroundings): JsonObject {
  const { rebase } = around;
  const members = [...plan.members].sort((a, b) => (a.service < b.service ? -1 : 1));
  const entries: Record<string, Json | undefined> = {
    image: escapeDollars(plan.tag),
    ...plan.united,
    label_file: rebaseLabelFiles(plan.united.label_file, rebase),
    sysctls: sysctlsOf(plan),
    network_mode: rewriteService(plan.united.network_mode, (name) => around.bundleOf.get(name) ?? name),
    depends_on: dependsOn(plan, project, around),
    environment: {
      ...environmentOf(members),
      ...asObject(plan.united.environment),
      BUNDLE_STOP_SECONDS: String(plan.stopSeconds),
    },
    extra_hosts: extraHosts(plan, project, members),
    links: outerLinks(plan, project, around.bundleOf),
    networks: networksOf(plan, project, members),
    volumes: members.flatMap(({ mounts }) => entriesOf(mounts, 'volumes', rebase)),
    secrets: [
      ...members.flatMap(({ mounts }) => entriesOf(mounts, 'secrets', rebase)),
      ...envFileEntries(members),
    ],
    configs: members.flatMap(({ mounts }) => entriesOf(mounts, 'configs', rebase)),
    devices: members.flatMap(({ process }) =>
      process.devices.map(({ source, place, permissions }) =>
        escapeDollars(`${source}:${place}:${permissions}`),
      ),
    ),
    tmpfs: ['/run/bundle:mode=0700'],
    stop_grace_period: `${plan.stopSeconds}s`,
    ...security(plan, around.folder),
  };
  return Object.fromEntries(
    Object.entries(entries)
      .filter((entry): entry is [string, Json] => !isEmpty(entry[1]))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function isEmpty(value: Json | undefined): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

/** runtime/names.py reads it in the container's hosts file. */
const HOST_GATEWAY = 'bundle-host-gateway:host-gateway';
const indexOf = oncePer(
  ({ services }: Project): ReadonlyMap<string, Service> =>
    new Map(services.map((service) => [service.name, service])),
);

/** Empty for a replica: the first one stands for all. */
function serviceOf(project: Project, name: string): Service {
  return indexOf(project).get(name) ?? { name, written: {}, resolved: {} };
}

function writtenOf(project: Project, service: string): JsonObject {
  return serviceOf(project, service).written;
}

function environmentOf(members: readonly Member[]): JsonObject {
  const entries = members.flatMap(({ variables }) => Object.entries(variables));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function security(plan: Plan, folder: string): JsonObject {
  const { capabilities, securityOptions } = grantsOf(plan, folder);
  return { cap_add: capabilities, security_opt: [...securityOptions, ...asTexts(plan.united.security_opt)] };
}

/**
 * Members have hosts files of their own: the container's tells them what `host-gateway` is, by a name that none of them
 * has. On the network of the host it is a copy of the host's, which the Engine makes where nothing is added.
 */
function extraHosts({ united }: Plan, project: Project, members: readonly Member[]): readonly string[] {
  const entriesIn = (form: 'written' | 'resolved') =>
    members.flatMap(({ service }) => asTexts(serviceOf(project, service)[form].extra_hosts));
  const all = unique(entriesIn('written'));
  const isAsked = [...all, ...entriesIn('resolved')].some((entry) => entry.includes('host-gateway'));
  return [...(united.network_mode === 'host' ? [] : all), ...(isAsked ? [HOST_GATEWAY] : [])];
}

/** Docker's own default, said for those that have another: a user namespace has no NET_BIND_SERVICE over the network. */
function sysctlsOf({ grant, united }: Plan): JsonObject {
  const isOwn = grant === 'userns' && united.network_mode === undefined;
  return { ...(isOwn ? { [FREE_PORTS]: 0 } : {}), ...asObject(united.sysctls) };
}

/** Services outside of the bundle that members wait for; the strictest condition wins, which has to be a value then. */
function dependsOn(plan: Plan, project: Project, around: Places): JsonObject {
  const found = new Map<string, Wait>();
  for (const { service } of plan.members) {
    const { written, resolved } = serviceOf(project, service);
    const values = outerWaits(resolved.depends_on, plan, around.bundleOf);
    const outer = withImplied(outerWaits(written.depends_on, plan, around.bundleOf), values, around);
    const valued = rewriteDependsOn(values, around);
    for (const [name, wait] of Object.entries(rewriteDependsOn(outer, around, values))) {
      const known = found.get(name);
      const value = stricter(known?.value, asObject(valued[name] ?? wait));
      found.set(name, { value, written: known === undefined ? asObject(wait) : value });
    }
  }
  const entries = [...found].map(([name, { written }]) => [name, written] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Wait {
  readonly value: JsonObject;
  readonly written: JsonObject;
}

function outerWaits(dependsOn: Json | undefined, plan: Plan, bundleOf: BundleOf): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(dependsOn)).filter(([name]) => bundleOf.get(name) !== plan.bundle),
  );
}

/** Links of members to services outside; those within the bundle are names in the members' hosts files. */
function outerLinks(plan: Plan, project: Project, bundleOf: BundleOf): readonly string[] {
  const links = plan.members.flatMap(({ service }) => asTexts(writtenOf(project, service).links));
  const outer = links.filter((link) => bundleOf.get(link.split(':')[0] ?? '') !== plan.bundle);
  return unique(rewriteLinks(outer, bundleOf)).toSorted();
}

/** Each network of a member, with the members' names as aliases and one alias that tells the bundle its address there. */
function networksOf(plan: Plan, project: Project, members: readonly Member[]): JsonObject {
  const networks = Object.entries(plan.networks).map(([network, ownAlias]): [string, Json] => {
    const on = members.filter(({ aliases }) => Object.hasOwn(aliases, network));
    const settings = on.map(({ service }) =>
      asObject(asObject(writtenOf(project, service).networks)[network]),
    );
    const aliases = unique([...on.flatMap((member) => member.aliases[network] ?? []), ownAlias])
      .map(escapeDollars)
      .sort();
    const local = unique(settings.flatMap((one) => asTexts(one.link_local_ips)));
    return [
      network,
      {
        ...(Object.assign({}, ...settings) as JsonObject),
        aliases,
        ...(local.length === 0 ? {} : { link_local_ips: local }),
      },
    ];
  });
  return Object.fromEntries(networks);
}

function entriesOf(mounts: readonly MemberMount[], key: MemberMount['key'], rebase: Rebase): readonly Json[] {
  return mounts
    .filter((mount) => mount.key === key)
    .map(({ entry, isPath }) => {
      const source = asText(entry.source);
      const target = escapeDollars(asText(entry.target) ?? '');
      return { ...entry, target, ...(isPath && source !== undefined ? { source: rebase(source) } : {}) };
    });
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
