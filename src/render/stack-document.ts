/** The rewritten file in the dialect of `docker stack deploy` (compose file format 3). */
import { hasExpression } from '../compose/expressions.js';
import { asList, asObject, asText, asTexts, isObject, mapObject } from '../compose/json.js';
import type { Json, JsonObject, Locate } from '../compose/project.js';
import { parseBytes } from '../plan/durations.js';
import type { Problem } from '../problems.js';
import { stackSecretName } from './env-file-secrets.js';
import { stackNames } from './stack-names.js';
import { stackNetwork } from './stack-networks.js';
import { STACK_KEYS, stackProblems } from './stack-problems.js';
import { tmpfsVolumes } from './stack-tmpfs.js';

export interface Stack {
  readonly document: JsonObject;
  readonly problems: readonly Problem[];
}

export interface StackParts {
  /** Keys of the services that are bundles. */
  readonly bundles: readonly string[];
  /** Services of profiles that are not active: a swarm would start them. */
  readonly inactive: readonly string[];
  /** Keys of the secrets that are env files of members. */
  readonly envFiles: readonly string[];
  /** Where the user's files say what stands at a path of the document. */
  readonly locate: Locate;
}

export function stackDocument(document: JsonObject, parts: StackParts): Stack {
  const { bundles, inactive, locate } = parts;
  const active = Object.entries(asObject(document.services)).filter(([name]) => !inactive.includes(name));
  const { services, lost } = stackNames(active.map(([name, service]) => [name, asObject(service)]));
  const project = asText(document.name) ?? '';
  const isBundle = (name: string) => bundles.includes(name);
  const named = (key: string) =>
    parts.envFiles.includes(key) ? { name: stackSecretName(project, key) } : {};
  const stack: JsonObject = {
    services: Object.fromEntries(
      services.map(([name, service]) => [name, stackService(service, isBundle(name))]),
    ),
    ...top('networks', document, (_, network) => stackNetwork(network)),
    ...top('volumes', document),
    ...top('secrets', document, (key, secret) => ({ ...named(key), ...secret })),
    ...top('configs', document),
  };
  return {
    document: { version: '3.9', ...stack },
    problems: stackProblems({ document, services, stack, lost, isBundle, locate }),
  };
}

/** `command: null` is Compose's word for the image's; the loader of stacks refuses the null of any key. */
function stackService(written: JsonObject, isBundle: boolean): JsonObject {
  const kept = Object.entries(written).filter(
    ([key, value]) => STACK_KEYS.has(key) && value !== null && !(isBundle && key === 'hostname'),
  );
  const ports = asList(written.ports).map(port);
  return withoutEmpty({
    ...asObject(plainExpressions(Object.fromEntries(kept))),
    env_file: envFiles(written.env_file),
    secrets: asList(written.secrets).map(ownedFile),
    configs: asList(written.configs).map(ownedFile),
    healthcheck: healthcheckOf(written.healthcheck),
    ports,
    volumes: [...asList(written.volumes).map(volume), ...(isBundle ? [] : tmpfsVolumes(written.tmpfs))],
    networks: mapObject(asObject(written.networks), aliasesOf),
    deploy: deployOf(written, isBundle && ports.every((one) => asObject(one).mode === 'host')),
  });
}

/** `NAME:` of `environment`, passed through: the loader of stacks knows no `${NAME+…}`, so unset becomes empty. */
const PASSED_THROUGH = /\$\{(\w+)\+=\}\$\{\1-\}/g;

function plainExpressions(value: Json): Json {
  if (typeof value === 'string') return value.replace(PASSED_THROUGH, '=${$1-}');
  if (Array.isArray(value)) return (value as readonly Json[]).map(plainExpressions);
  if (!isObject(value)) return value;
  return mapObject(value, plainExpressions);
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
  if (!isObject(value) || typeof value.mode !== 'string' || hasExpression(value.mode)) return value;
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

function top(
  kind: 'networks' | 'volumes' | 'secrets' | 'configs',
  document: JsonObject,
  map: (key: string, value: JsonObject) => JsonObject = (_, value) => value,
): JsonObject {
  const entries = mapObject(asObject(document[kind]), (value, key) => map(key, asObject(value)));
  return Object.keys(entries).length === 0 ? {} : { [kind]: entries };
}
