/** An oracle: what Compose resolves the rewritten file to, against what it resolves the original to. */
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { asList, asObject, asText, asTexts } from '../../../src/compose/json.js';
import type { Json, JsonObject } from '../../../src/compose/project.js';
import type { Member, ProjectPlan } from '../../../src/plan/plan.js';
import { docker } from '../docker.js';
import { actualReferences, completingIn, expectedReferences } from './compare-references.js';
import { actualUnited, expectedUnited } from './compare-united.js';

/** `docker compose config` with absolute paths, in a folder. */
export async function readConfig(
  cwd: string,
  project: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const { stdout } = await docker(['compose', ...project, 'config'], { cwd, env });
  return parse(stdout.replaceAll('$$', '$'));
}

/** The same with absolute paths of seccomp profiles, which Compose reads from the project's folder but prints as written. */
export function withAbsoluteProfiles(project: JsonObject, folder: string): JsonObject {
  const absolute = (option: string) =>
    option.replace(
      /^(seccomp[=:])(?!unconfined$|\/)(.*)$/,
      (_, name: string, path: string) => `${name}${resolve(folder, path)}`,
    );
  const services = Object.entries(asObject(project.services)).map(([name, service]): [string, Json] => {
    const options = asTexts(asObject(service).security_opt);
    return [
      name,
      options.length === 0 ? service : { ...asObject(service), security_opt: options.map(absolute) },
    ];
  });
  return { ...project, services: Object.fromEntries(services) };
}

interface Compared {
  readonly expected: JsonObject;
  readonly actual: JsonObject;
}

/** Both sides reduced to what must be equal: dedicated services, the top level, and all that members carry. */
export function comparedProjects(original: JsonObject, written: JsonObject, plan: ProjectPlan): Compared {
  const dedicated = plan.dedicated.map(({ service }) => service);
  const services = (project: JsonObject) => asObject(project.services);
  const completing = completingIn(original, plan);
  const pairs = plan.bundles.map((bundle) => {
    const service = asObject(services(written)[bundle.bundle]);
    const sources = bundle.members.map(({ service: name }) =>
      asObject(services(original)[name] ?? services(original)[firstReplica(name)]),
    );
    const both = bundle.members.map((member, index) => compareMember(member, sources[index] ?? {}, service));
    const whole = {
      expected: {
        ...expectedReferences(sources, plan, completing, bundle.bundle),
        ...expectedUnited(sources),
      },
      actual: { ...actualReferences(service), ...actualUnited(service) },
    };
    return [bundle.bundle, [whole, ...both]] as const;
  });
  const references = (key: keyof Compared, name: string) =>
    key === 'expected'
      ? expectedReferences([asObject(services(original)[name])], plan, completing)
      : actualReferences(asObject(services(written)[name]));
  const side = (project: JsonObject, key: keyof Compared): JsonObject => ({
    name: project.name ?? null,
    ...topLevel(project),
    dedicated: Object.fromEntries(
      dedicated.map((name) => [
        name,
        withoutReferences(
          asObject(services(project)[name]),
          asObject(services(original)[name]).volumes_from !== undefined,
        ),
      ]),
    ),
    references: Object.fromEntries(dedicated.map((name) => [name, references(key, name)])),
    members: Object.fromEntries(pairs.map(([name, both]) => [name, both.map((one) => one[key])])),
  });
  return { expected: side(original, 'expected'), actual: side(written, 'actual') };
}

function firstReplica(name: string): string {
  return name.replace(/-\d+$/, '');
}

function topLevel(project: JsonObject): JsonObject {
  const own = (key: string) =>
    Object.fromEntries(
      Object.entries(asObject(project[key])).filter(([name]) => !name.startsWith('bundle-env-')),
    );
  return {
    networks: own('networks'),
    volumes: own('volumes'),
    secrets: own('secrets'),
    configs: own('configs'),
  };
}

/** What names a member is rewritten, and compared on its own; `x-bundle` is consumed. */
function withoutReferences(service: JsonObject, inherits: boolean): JsonObject {
  const rewritten = ['depends_on', 'links', 'network_mode', 'volumes_from', 'x-bundle'];
  const volumes = inherits ? ['volumes'] : [];
  return Object.fromEntries(
    Object.entries(service).filter(([key]) => ![...rewritten, ...volumes].includes(key)),
  );
}

function compareMember(member: Member, service: JsonObject, bundle: JsonObject): Compared {
  const parts = [
    variables(member, service, bundle),
    mounts('volumes', member, service, bundle),
    mounts('secrets', member, service, bundle),
    mounts('configs', member, service, bundle),
    contained('ports', service, bundle),
    contained('dns', service, bundle),
    contained('external_links', service, bundle),
    entries('labels', service, bundle),
    entries('annotations', service, bundle),
    lateFields(member, service, bundle),
  ];
  return {
    expected: Object.assign({ service: member.service }, ...parts.map(({ expected }) => expected)),
    actual: Object.assign({ service: member.service }, ...parts.map(({ actual }) => actual)),
  };
}

/** Each variable of the plan has the value that the member had; what is missing came from an env file. */
function variables(member: Member, service: JsonObject, bundle: JsonObject): Compared {
  const { prefix, passThrough } = member.launch.environment;
  const given = asObject(bundle.environment);
  const own = asObject(service.environment);
  const names = Object.keys(member.variables).filter((name) => !name.startsWith(`${prefix}BUNDLE_`));
  const keys = names.map((name) => name.slice(prefix.length));
  const decoded = (key: string): Json => {
    const value = asText(given[`${prefix}${key}`]) ?? null;
    if (!passThrough.includes(key) || value === null) return value;
    return value.startsWith('=') ? value.slice(1) : null;
  };
  const lost = member.envFiles.length > 0 ? [] : Object.keys(own).filter((key) => !keys.includes(key));
  const wanted = Object.fromEntries(keys.map((key) => [key, asText(own[key]) ?? null]));
  const actual = Object.fromEntries(keys.map((key) => [key, decoded(key)]));
  return { expected: { environment: wanted, lost: [] }, actual: { environment: actual, lost } };
}

/** Every mount but a tmpfs stands below the member's root with the same source and options. */
function mounts(
  key: 'volumes' | 'secrets' | 'configs',
  member: Member,
  service: JsonObject,
  bundle: JsonObject,
): Compared {
  const root = `/srv/${member.service}/`;
  const wanted = asList(service[key])
    .map(asObject)
    .filter(({ type }) => type !== 'tmpfs');
  const found = asList(bundle[key])
    .map(asObject)
    .filter(({ target }) => `${asText(target) ?? ''}/`.startsWith(root));
  const list = (items: readonly JsonObject[]) => items.map(mountText).sort();
  const inherited = service.volumes_from === undefined ? wanted : found;
  return { expected: { [key]: list(inherited) }, actual: { [key]: list(found) } };
}

function mountText({ target: _, ...rest }: JsonObject): string {
  return JSON.stringify(Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function contained(key: string, service: JsonObject, bundle: JsonObject): Compared {
  const all = new Set(asList(bundle[key]).map((item) => JSON.stringify(item)));
  const missing = asList(service[key]).filter((item) => !all.has(JSON.stringify(item)));
  return { expected: { [`missing ${key}`]: [] }, actual: { [`missing ${key}`]: missing } };
}

function entries(key: string, service: JsonObject, bundle: JsonObject): Compared {
  const own = asObject(service[key]);
  const given = asObject(bundle[key]);
  const actual = Object.fromEntries(Object.keys(own).map((name) => [name, given[name] ?? null]));
  return { expected: { [key]: own }, actual: { [key]: actual } };
}

const TEXTS = [
  ['user', 'USER'],
  ['working_dir', 'CWD'],
  ['hostname', 'HOSTNAME'],
] as const;

const LISTS = [
  ['command', 'COMMAND'],
  ['entrypoint', 'ENTRYPOINT'],
] as const;

/** Fields that hold expressions: each item, or the whole text, has the value that Compose resolves it to. */
function lateFields({ launch, variables: own }: Member, service: JsonObject, bundle: JsonObject): Compared {
  const texts = TEXTS.map(([key, name]) => [key, service[key] ?? '', name] as const);
  const items = LISTS.flatMap(([key, name]) =>
    asList(service[key]).map((item, index) => [`${key} ${index}`, item, `${name}_${index}`] as const),
  );
  const given = asObject(bundle.environment);
  const late = [...texts, ...items]
    .map(([key, value, name]) => ({ key, value, variable: `${launch.environment.prefix}BUNDLE_${name}` }))
    .filter(({ variable }) => variable in own);
  return {
    expected: Object.fromEntries(late.map(({ key, value }) => [key, value])),
    actual: Object.fromEntries(late.map(({ key, variable }) => [key, given[variable] ?? null])),
  };
}
