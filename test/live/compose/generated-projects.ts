/** Whole projects that nobody would write: every kind of key, in short and long forms, with values from variables. */
import fc from 'fast-check';
import { asList } from '../../../src/compose/json.js';
import type { Json, JsonObject } from '../../../src/compose/project.js';

export interface GeneratedProject {
  readonly services: readonly (readonly [name: string, service: JsonObject])[];
  readonly top: JsonObject;
}

/** Variables of the caller. */
export const CALLER = {
  WORD: 'a word',
  DIR: './data',
  COUNT: '3',
  ODD: '"quoted" \'twice\' # % ; $x',
} as const;

/** Literal, `$` doubled as Compose wants it, or an expression. */
const anyText: fc.Arbitrary<string> = fc.oneof(
  fc
    .string({ unit: fc.constantFrom(...'$\\"\'`#%=:;,[]{}!&*|>?@ \t\naZ0_~é'), maxLength: 12 })
    .map((text) => text.replaceAll('$', '$$$$')),
  fc.constantFrom('${WORD}', 'x-${ODD}-y', '${UNSET:-fallback}', '${COUNT}', 'plain'),
);
const anyWord = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const anyName = fc.oneof(
  fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,10}$/),
  fc.constantFrom('constructor', 'a.b', 'a-b', 'A_c', '0', 'bundle2'),
);
const duration = fc.constantFrom('1s', '1m30s', '500ms', '1h');
const condition = fc.constantFrom('service_started', 'service_healthy', 'service_completed_successfully');
const files = ['key', 'note'];
const octal = fc.constantFrom<Json>('0440', 0o400, '0644');

const mounts = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom(
      'data:/data',
      'data:/ro:ro',
      './site:/site',
      '${DIR}:/late',
      '/anonymous',
      '/tmp/x:/x:ro,z',
    ),
    fc.record({ type: fc.constant('volume'), source: fc.constant('data'), target: fc.constant('/long') }),
    fc.record({
      type: fc.constant('bind'),
      source: fc.constantFrom('./site', '../up', '/etc/hosts'),
      target: fc.constant('/bound'),
      read_only: fc.boolean(),
      bind: fc.record({ create_host_path: fc.boolean(), propagation: fc.constant('rprivate') }),
    }),
    fc.record({
      type: fc.constant('tmpfs'),
      target: fc.constant('/scratch'),
      tmpfs: fc.record({ size: fc.constantFrom<Json>('64m', 1_000_000) }),
    }),
    fc.constant({ type: 'volume', source: 'named', target: '/named', volume: { nocopy: true } }),
  ),
  { maxLength: 4, selector: (mount) => JSON.stringify(mount) },
);

const owned = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom<Json>(...files),
    fc.record({
      source: fc.constantFrom(...files),
      target: anyWord.map((word) => `/in/${word}`),
      uid: fc.constantFrom('0', '33'),
      gid: fc.constantFrom('0', '33'),
      mode: octal,
    }),
  ),
  { maxLength: 2, selector: (file) => JSON.stringify(file) },
);

const check = fc.record(
  {
    test: fc.oneof(
      fc.array(anyText, { maxLength: 2 }).map((rest) => ['CMD', 'probe', ...rest]),
      anyText.map((text) => `probe ${text}`),
    ),
    interval: duration,
    timeout: duration,
    retries: fc.integer({ min: 1, max: 9 }),
    start_period: duration,
    start_interval: duration,
  },
  { requiredKeys: ['test'] },
);

const deploy = fc.record(
  {
    resources: fc.record(
      {
        limits: fc.constantFrom({ cpus: '0.5', memory: '64M' }, { cpus: '0.25', memory: '1G', pids: 50 }),
        reservations: fc.constant({ cpus: '0.1', memory: '32M' }),
      },
      { requiredKeys: [] },
    ),
    restart_policy: fc.record({
      condition: fc.constantFrom('none', 'on-failure', 'any'),
      delay: duration,
      max_attempts: fc.integer({ min: 1, max: 5 }),
      window: duration,
    }),
    update_config: fc.constant({
      parallelism: 1,
      delay: '5s',
      order: 'stop-first',
      failure_action: 'rollback',
    }),
    placement: fc.constant({ constraints: ['node.role == manager'] }),
    replicas: fc.constant(1),
    mode: fc.constant('replicated'),
  },
  { requiredKeys: [] },
);

const hook = fc
  .array(fc.record({ command: fc.array(anyText, { maxLength: 2 }).map((rest) => ['hook', ...rest]) }), {
    minLength: 1,
    maxLength: 2,
  })
  .map((hooks) => hooks.map((one) => ({ ...one, environment: { HOOK: 'yes' }, working_dir: '/' })));

const environment = fc
  .uniqueArray(fc.tuple(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,5}$/), anyText), {
    selector: ([name]) => name,
    maxLength: 4,
  })
  .chain((entries) =>
    fc.constantFrom<Json>(
      Object.fromEntries(entries),
      entries.map(([name, value]) => `${name}=${value}`),
    ),
  );

/** What one service says for itself alone; nothing of it clashes with what another one says. */
const own: fc.Arbitrary<JsonObject> = fc.record(
  {
    image: fc.constantFrom('image:1', 'registry.example.com:5000/team/app:${TAG:-2}'),
    command: fc.oneof(fc.array(anyText, { maxLength: 4 }), fc.constantFrom('run "two words" ${WORD}', 'run')),
    entrypoint: fc.array(anyText, { maxLength: 2 }).map((rest) => ['/entry', ...rest]),
    environment,
    env_file: fc.constantFrom<Json>('app.env', ['app.env', { path: './app.env', format: 'raw' }]),
    user: fc.constantFrom('0', '1000:1000', '${COUNT}'),
    working_dir: fc.constantFrom('/', '/work', '/${WORD}'),
    volumes: mounts,
    secrets: owned,
    configs: owned,
    tmpfs: fc.constantFrom<Json>('/run', ['/run:size=1m,mode=0700', '/cache']),
    healthcheck: fc.oneof(check, fc.constant({ disable: true })),
    restart: fc.constantFrom('no', 'always', 'unless-stopped', 'on-failure', 'on-failure:3'),
    stop_grace_period: duration,
    stop_signal: fc.constantFrom('SIGINT', 'QUIT', 'SIGRTMIN+3', '15'),
    init: fc.boolean(),
    stdin_open: fc.boolean(),
    read_only: fc.boolean(),
    ulimits: fc.constantFrom<JsonObject>({ nofile: 1024 }, { nofile: { soft: 100, hard: 2000 }, nproc: 50 }),
    cap_add: fc.constantFrom(['CHOWN'], ['SETUID', 'SETGID']),
    cap_drop: fc.constantFrom(['ALL'], ['NET_RAW', 'MKNOD']),
    group_add: fc.constantFrom<Json>(['1001'], ['audio', 44]),
    extra_hosts: fc.constantFrom<Json>(['host.docker.internal:host-gateway'], { there: '10.1.2.3' }),
    shm_size: fc.constantFrom<Json>('32m', 1_000_000),
    sysctls: fc.constant({ 'net.core.somaxconn': 1024 }),
    security_opt: fc.constant(['no-new-privileges:true']),
    dns: fc.constantFrom<Json>('10.0.0.53', ['10.0.0.53', '10.0.0.54']),
    dns_search: fc.constant('example.com'),
    logging: fc.constant({ driver: 'json-file', options: { 'max-size': '1m' } }),
    deploy,
    post_start: hook,
    pre_stop: hook,
    profiles: fc.constantFrom<Json>([], [], [], [], [], ['never']),
    attach: fc.boolean(),
    pull_policy: fc.constantFrom('missing', 'always', 'never'),
    platform: fc.constant('linux/amd64'),
    hostname: anyWord,
    'x-note': fc.record({ odd: anyText, list: fc.array(anyText, { maxLength: 2 }) }),
    'x-bundle': fc.constantFrom<JsonObject>(
      { dedicated: true },
      { critical: false },
      { logs: 'raw' },
      { ports: [] },
    ),
  },
  { requiredKeys: ['image'] },
);

type Own = readonly [name: string, service: JsonObject, extra: Extra];

interface Extra {
  readonly ports: 'none' | 'short' | 'long' | 'late';
  readonly networks: 'none' | 'list' | 'aliases';
  readonly waits: 'none' | 'list' | 'conditions';
  readonly condition: string;
  readonly links: boolean;
}

const extra: fc.Arbitrary<Extra> = fc.record({
  ports: fc.constantFrom('none', 'none', 'short', 'long', 'late'),
  networks: fc.constantFrom('none', 'list', 'aliases'),
  waits: fc.constantFrom('none', 'list', 'conditions'),
  condition,
  links: fc.boolean(),
});

function portsOf(kind: Extra['ports'], index: number): Json {
  const target = 7000 + index;
  if (kind === 'short') return [`${8000 + index}:${target}`, `${9000 + index}:${target}/udp`];
  if (kind === 'late') return [`\${PORT_${index}:-${8000 + index}}:${target}`];
  return [
    {
      target,
      published: `${8000 + index}`,
      protocol: 'tcp',
      mode: 'host',
      name: 'web',
      app_protocol: 'http',
    },
  ];
}

function networksOf(kind: Extra['networks'], name: string): JsonObject {
  if (kind === 'none') return {};
  return { networks: kind === 'list' ? ['front'] : { front: { aliases: [`${name}-too`] }, back: null } };
}

function referencesOf(
  { waits, condition: until, links }: Extra,
  others: readonly string[],
  index: number,
): JsonObject {
  if (others.length === 0) return {};
  const conditions = others.map((other) => [other, { condition: until, restart: true }] as const);
  return {
    ...(waits === 'none' ? {} : { depends_on: waits === 'list' ? others : Object.fromEntries(conditions) }),
    ...(links ? { links: [`${others[0]}:linked-${index}`] } : {}),
  };
}

/** Others are named by what stands before them, so that nothing waits in a circle. */
function assembled(all: readonly Own[]): readonly (readonly [string, JsonObject])[] {
  return all.map(([name, service, more], index) => {
    const earlier = all.slice(0, index).filter(([, { profiles }]) => asList(profiles).length === 0);
    const others = earlier.map(([other]) => other).slice(-2);
    return [
      name,
      {
        ...service,
        labels: { [`of.${name}`]: 'own ${WORD}' },
        expose: [`${6000 + index}/udp`],
        ...(more.ports === 'none' ? {} : { ports: portsOf(more.ports, index) }),
        ...networksOf(more.networks, name),
        ...referencesOf(more, others, index),
      },
    ] as const;
  });
}

const TOP: JsonObject = {
  networks: { front: { driver: 'bridge', driver_opts: { a: '${WORD}' } }, back: {} },
  volumes: { data: {}, named: { name: 'of-${COUNT:-all}', labels: { a: 'b' } } },
  secrets: { key: { file: './key.txt' }, note: { file: './note.txt' } },
  configs: { key: { file: './key.txt' }, note: { file: '${DIR}/note.txt' } },
  'x-top': { anything: ['goes', 1, null] },
};

export const anyProject: fc.Arbitrary<GeneratedProject> = fc
  .uniqueArray(fc.tuple(anyName, own, extra), {
    minLength: 1,
    maxLength: 5,
    selector: ([name]) => name.toUpperCase().replace(/[-.]/g, '_'),
  })
  .map((all) => ({ services: assembled(all), top: TOP }));
