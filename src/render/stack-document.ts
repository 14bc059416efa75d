/** The rewritten file in the dialect of `docker stack deploy` (compose file format 3). */
import { asList, asObject, asText, asTexts, isObject } from '../compose/json.js';
import type { Json, JsonObject, Locate } from '../compose/project.js';
import { parseBytes } from '../plan/durations.js';
import type { Problem } from '../problems.js';
import { findForeignExpressions } from './find-foreign-expressions.js';
import { stackLosses } from './stack-losses.js';
import { targetProblems } from './target-problems.js';

export interface Stack {
  readonly document: JsonObject;
  readonly problems: readonly Problem[];
}

/** Keys of a service that a swarm acts on (docker/cli, compose/convert). */
const KEPT = new Set(
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

export interface StackParts {
  /** Keys of the services that are bundles. */
  readonly bundles: readonly string[];
  /** Services of profiles that are not active: a swarm would start them. */
  readonly inactive: readonly string[];
  /** Where the user's files say what stands at a path of the document. */
  readonly locate: Locate;
}

export function stackDocument(document: JsonObject, { bundles, inactive, locate }: StackParts): Stack {
  const services = Object.entries(asObject(document.services)).filter(([name]) => !inactive.includes(name));
  const project = asText(document.name) ?? '';
  const stack: JsonObject = {
    services: Object.fromEntries(
      services.map(([name, service]) => [name, stackService(asObject(service), bundles.includes(name))]),
    ),
    ...unnamed('networks', document, project),
    ...unnamed('volumes', document, project),
    ...only('secrets', document),
    ...only('configs', document),
  };
  return {
    document: { version: '3.9', ...stack },
    problems: [
      ...services.flatMap(([name, service]) => problemsOf(name, asObject(service), locate)),
      ...topProblems(document, locate),
      ...findForeignExpressions(stack).map((path) => expressionProblem(path, locate)),
    ],
  };
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

function stackService(written: JsonObject, isBundle: boolean): JsonObject {
  const kept = Object.entries(written).filter(([key]) => KEPT.has(key) && !(isBundle && key === 'hostname'));
  const ports = asList(written.ports).map(port);
  return withoutEmpty({
    ...asObject(plainExpressions(Object.fromEntries(kept))),
    env_file: envFiles(written.env_file),
    secrets: asList(written.secrets).map(ownedFile),
    configs: asList(written.configs).map(ownedFile),
    healthcheck: healthcheckOf(written.healthcheck),
    ports,
    volumes: asList(written.volumes).map(volume),
    networks: Object.fromEntries(
      Object.entries(asObject(written.networks)).map(([name, settings]) => [name, aliasesOf(settings)]),
    ),
    deploy: deployOf(written, isBundle && ports.every((one) => asObject(one).mode === 'host')),
  });
}

/** `NAME:` of `environment`, passed through: the loader of stacks knows no `${NAME+…}`, so unset becomes empty. */
const PASSED_THROUGH = /\$\{(\w+)\+=\}\$\{\1-\}/g;

function plainExpressions(value: Json): Json {
  if (typeof value === 'string') return value.replace(PASSED_THROUGH, '=${$1-}');
  if (Array.isArray(value)) return (value as readonly Json[]).map(plainExpressions);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainExpressions(item)]));
}

function withoutEmpty(object: JsonObject): JsonObject {
  const isEmpty = (value: Json) =>
    typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isEmpty(value)));
}

/** The loader of stacks takes paths alone, each once; the later one wins. */
function envFiles(written: Json | undefined): readonly string[] {
  const entries = typeof written === 'string' ? [written] : asList(written);
  const paths = entries.map((entry) => asText(asObject(entry).path) ?? asText(entry) ?? '');
  return paths.filter((path, index) => paths.lastIndexOf(path) === index);
}

/** A mode in a text is octal to Compose. */
function ownedFile(value: Json): Json {
  if (!isObject(value) || typeof value.mode !== 'string') return value;
  return { ...value, mode: Number.parseInt(value.mode, 8) };
}

function healthcheckOf(written: Json | undefined): JsonObject {
  const { start_interval: _, ...check } = asObject(written);
  return check;
}

/** A short one, which holds an expression, stays short. */
function port(value: Json): Json {
  if (!isObject(value)) return value;
  const { target, published, protocol, mode } = asObject(value);
  const number = published === undefined ? {} : { published: asNumber(published) };
  return { target: asNumber(target), ...number, protocol: protocol ?? 'tcp', mode: mode ?? 'ingress' };
}

/** An expression stays one: a stack file may hold it. */
function asNumber(value: Json | undefined): Json {
  const number = Number(value);
  return Number.isNaN(number) || value === '' ? (value ?? null) : number;
}

const BIND_KEYS = ['propagation'];
const VOLUME_KEYS = ['nocopy'];

function volume(value: Json): Json {
  if (!isObject(value)) return value;
  const { bind, volume: named, tmpfs, type, source, target, read_only } = value;
  const pick = (object: Json | undefined, keys: readonly string[]) =>
    Object.fromEntries(Object.entries(asObject(object)).filter(([key]) => keys.includes(key)));
  const size = asObject(tmpfs).size;
  return withoutEmpty({
    type: type ?? 'volume',
    ...(source === undefined ? {} : { source }),
    target: target ?? '',
    ...(read_only === undefined ? {} : { read_only }),
    bind: pick(bind, BIND_KEYS),
    volume: pick(named, VOLUME_KEYS),
    tmpfs: size === undefined ? {} : { size: asNumber(parseBytes(asText(size) ?? '') ?? size) },
  });
}

function aliasesOf(settings: Json): Json {
  const aliases = asTexts(asObject(settings).aliases);
  return aliases.length === 0 ? null : { aliases };
}

/** `isAddressed`: without ports in the ingress network a task can be found by its own address, which a bundle asks for. */
function deployOf(written: JsonObject, isAddressed: boolean): JsonObject {
  const deploy = asObject(written.deploy);
  const limits = { ...short(written, { cpus: 'cpus', memory: 'mem_limit' }), ...resources(deploy, 'limits') };
  const reservations = {
    ...short(written, { memory: 'mem_reservation' }),
    ...resources(deploy, 'reservations'),
  };
  const all = withoutEmpty({ limits, reservations });
  return withoutEmpty({
    ...(isAddressed ? { endpoint_mode: 'dnsrr' } : {}),
    ...(written.scale === undefined ? {} : { replicas: written.scale }),
    restart_policy: restartPolicy(asText(written.restart) ?? 'no'),
    ...deploy,
    resources: all,
  });
}

function short(written: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  const found = Object.entries(names).flatMap(([key, name]): [string, Json][] =>
    written[name] === undefined ? [] : [[key, String(written[name])]],
  );
  return Object.fromEntries(found);
}

/** The loader of stacks takes text. */
function resources(deploy: JsonObject, kind: string): JsonObject {
  const { cpus, memory, ...rest } = asObject(asObject(deploy.resources)[kind]);
  return {
    ...(cpus === undefined ? {} : { cpus: String(cpus) }),
    ...(memory === undefined ? {} : { memory: String(memory) }),
    ...rest,
  };
}

function restartPolicy(restart: string): JsonObject {
  const [name = 'no', attempts] = restart.split(':');
  const condition =
    { no: 'none', always: 'any', 'unless-stopped': 'any', 'on-failure': 'on-failure' }[name] ?? 'any';
  return { condition, ...(attempts === undefined ? {} : { max_attempts: Number(attempts) }) };
}

/** Names that Compose made of the project's would tie all stacks to one network or volume: each tenant has its own. */
function unnamed(kind: 'networks' | 'volumes', document: JsonObject, project: string): JsonObject {
  const entries = Object.entries(asObject(document[kind])).map(([key, value]): [string, Json] => {
    const { name, ...rest } = asObject(value);
    return [key, name === undefined || name === `${project}_${key}` ? rest : { name, ...rest }];
  });
  return entries.length === 0 ? {} : { [kind]: Object.fromEntries(entries) };
}

function only(kind: 'secrets' | 'configs', document: JsonObject): JsonObject {
  const entries = Object.entries(asObject(document[kind])).map(([key, value]): [string, Json] => {
    const { name, ...rest } = asObject(value);
    return [key, rest.external === true && name !== undefined ? { name, ...rest } : rest];
  });
  return entries.length === 0 ? {} : { [kind]: Object.fromEntries(entries) };
}

function problemsOf(service: string, written: JsonObject, locate: Locate): readonly Problem[] {
  const keys = Object.keys(written).filter((key) => !key.startsWith('x-'));
  const losses = stackLosses(written);
  const unknown = keys.filter((key) => !KEPT.has(key) && !SILENT.has(key) && !(key in REFUSED));
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
