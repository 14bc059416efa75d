/** The bundle's service in the rewritten compose file. */
import { escapeDollars } from '../compose/expressions.js';
import { asObject, asText, asTexts } from '../compose/json.js';
import type { Json, JsonObject, Project } from '../compose/project.js';
import type { Member, MemberMount, Plan } from '../plan/plan.js';
import { envFileEntries } from './env-file-secrets.js';
import { grantsOf } from './grants.js';
import type { Rebase } from './rebase.js';

export function bundleService(plan: Plan, project: Project, rebase: Rebase): JsonObject {
  const members = [...plan.members].sort((a, b) => (a.service < b.service ? -1 : 1));
  const entries: Record<string, Json | undefined> = {
    image: escapeDollars(plan.tag),
    ...plan.united,
    depends_on: dependsOn(members, project),
    environment: { ...environmentOf(members), BUNDLE_STOP_SECONDS: String(plan.stopSeconds) },
    extra_hosts: unique(members.flatMap(({ service }) => asTexts(writtenOf(project, service).extra_hosts))),
    networks: networksOf(plan, project, members),
    volumes: members.flatMap(({ mounts }) => entriesOf(mounts, 'volumes', rebase)),
    secrets: [
      ...members.flatMap(({ mounts }) => entriesOf(mounts, 'secrets', rebase)),
      ...envFileEntries(members),
    ],
    configs: members.flatMap(({ mounts }) => entriesOf(mounts, 'configs', rebase)),
    tmpfs: ['/run/bundle:mode=0700'],
    stop_grace_period: `${plan.stopSeconds}s`,
    ...security(plan),
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

function writtenOf(project: Project, service: string): JsonObject {
  return project.services.find(({ name }) => name === service)?.written ?? {};
}

function environmentOf(members: readonly Member[]): JsonObject {
  const entries = members.flatMap(({ variables }) => Object.entries(variables));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function security(plan: Plan): JsonObject {
  const { capabilities, securityOptions } = grantsOf(plan);
  return { cap_add: capabilities, security_opt: securityOptions };
}

/** Dedicated services that members wait for; the strictest condition wins. */
function dependsOn(members: readonly Member[], project: Project): JsonObject {
  const names = new Set(members.map(({ service }) => service));
  const found = new Map<string, JsonObject>();
  for (const { service } of members) {
    for (const [name, value] of Object.entries(asObject(writtenOf(project, service).depends_on))) {
      if (!names.has(name)) found.set(name, stricter(found.get(name), asObject(value)));
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const STRICTNESS = ['service_started', 'service_healthy', 'service_completed_successfully'];

function stricter(known: JsonObject | undefined, other: JsonObject): JsonObject {
  if (known === undefined) return other;
  const rank = (value: JsonObject) => STRICTNESS.indexOf(asText(value.condition) ?? '');
  return {
    ...(rank(other) > rank(known) ? other : known),
    required: known.required !== false || other.required !== false,
  };
}

/** Each network of a member, with the members' names as aliases and one alias that tells the bundle its address there. */
function networksOf(plan: Plan, project: Project, members: readonly Member[]): JsonObject {
  const networks = Object.entries(plan.networks).map(([network, ownAlias]): [string, Json] => {
    const on = members.filter(({ aliases }) => aliases[network] !== undefined);
    const settings = on.map(({ service }) =>
      asObject(asObject(writtenOf(project, service).networks)[network]),
    );
    const aliases = unique([...on.flatMap((member) => member.aliases[network] ?? []), ownAlias])
      .map(escapeDollars)
      .sort();
    return [network, { ...(Object.assign({}, ...settings) as JsonObject), aliases }];
  });
  return Object.fromEntries(networks);
}

function entriesOf(mounts: readonly MemberMount[], key: MemberMount['key'], rebase: Rebase): readonly Json[] {
  return mounts
    .filter((mount) => mount.key === key)
    .map(({ entry, isRelative }) => {
      const source = asText(entry.source);
      const target = escapeDollars(asText(entry.target) ?? '');
      return { ...entry, target, ...(isRelative && source !== undefined ? { source: rebase(source) } : {}) };
    });
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
