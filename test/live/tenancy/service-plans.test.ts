/** The service plans of the examples: planned, built, and run on this machine from the file that is made for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bundleOf, discardFolders, type Made } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { composeDown, composeUp, type Stack } from '../stacks.js';

const FOLDER = 'examples/service-plans';
const PASSWORD = 'p4ss word$1';
const PORT = 18490;

const variables = {
  VAR_password: PASSWORD,
  WEB_PORT: String(PORT),
  SYS_tenant_orgName: 'Acme',
  SYS_deploymentCell_region: 'here',
};

interface Running {
  readonly made: Made;
  readonly stack: Stack;
}

async function start(name: string): Promise<Running> {
  const cell = { cpus: 8, memoryBytes: 32 * 1024 ** 3, headroom: 0.2 };
  const made = await bundleOf(`${FOLDER}/${name}.yaml`, { cell });
  const stack = {
    dir: made.output,
    project: `bundle-shared-test-plan-${name}`,
    file: join(made.output, 'compose.local.yaml'),
  };
  await composeUp(stack);
  return { made, stack };
}

async function stop({ made, stack }: Running): Promise<void> {
  await composeDown(stack);
  await docker(['image', 'rm', ...made.bundles.map(({ tag }) => tag)]);
}

/** What the counter says to the first visitor, as soon as it has its store. */
async function visit(): Promise<string> {
  return eventually('the counter', async () => {
    const response = await fetch(`http://127.0.0.1:${PORT}/`).catch(() => undefined);
    return response?.ok ? response.text() : undefined;
  });
}

/** The block of a top-level key, with its comments and quotes. */
const blockOf = (file: string, key: string) =>
  new RegExp(`^${key}:\\n(?:(?: .*)?\\n)*`, 'm').exec(readFileSync(file, 'utf8'))?.[0].trimEnd();

beforeAll(() => void Object.assign(process.env, variables));
afterAll(() => {
  for (const name of Object.keys(variables)) delete process.env[name];
  discardFolders();
});

describe('dedicated tenancy with a shared group', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start('dedicated');
  });
  afterAll(() => stop(running));

  it('runs with the values of the tenant, which are in no file and no image', async () => {
    expect(await visit()).toBe('Counter of Acme: 1\n');
    const { output, tag } = running.made;
    const { stdout } = await docker(['image', 'inspect', tag]);
    const files = ['compose.yaml', 'compose.local.yaml', 'plan.json'].map((name) =>
      readFileSync(join(output, name), 'utf8'),
    );
    expect([stdout, ...files].filter((text) => text.includes('p4ss'))).toEqual([]);
  });

  it('is still a service plan: its block byte for byte, with the bundle in the place of its members', () => {
    const file = join(running.made.output, 'compose.yaml');
    const key = 'x-omnistrate-service-plan';
    expect(blockOf(file, key)).toBe(blockOf(`${FOLDER}/dedicated.yaml`, key));
    const { services } = parse(readFileSync(file, 'utf8'));
    expect(Object.keys(services)).toEqual(['counter-service', 'helpers', 'ledger']);
    expect(services.helpers.environment).toMatchObject({
      COUNTER__TITLE: 'Counter of {{ $sys.tenant.orgName }}',
      COUNTER__CACHE: '$sys.network.internalEndpoint:6379',
      COUNTER__PASSWORD: '$var.password',
    });
    expect(services.helpers['x-omnistrate-compute']).toMatchObject({ rootVolumeSizeGi: 20 });
    expect(services['counter-service']['x-omnistrate-api-params'][0].parameterDependencyMap).toEqual({
      ledger: 'password',
      helpers: 'password',
    });
  });

  it('asks for one group of volumes, to which the programs of its members belong', async () => {
    const { services } = parse(readFileSync(join(running.made.output, 'compose.yaml'), 'utf8'));
    expect(services.helpers.environment).toMatchObject({ SECURITY_CONTEXT_FS_GROUP: '2000' });
    const container = `${running.stack.project}-helpers-1`;
    for (const member of ['cache', 'counter']) {
      const { stdout } = await docker(['exec', container, 'bundle-exec', '-T', member, 'id', '-G']);
      expect(stdout.trim().split(' ')).toContain('2000');
    }
  });

  it('has hooks for the platform that look into the member', async () => {
    const { services } = parse(readFileSync(join(running.made.output, 'compose.yaml'), 'utf8'));
    const hooks: { type: string; commandTemplate: string }[] = services.helpers['x-omnistrate-actionhooks'];
    expect(hooks.map(({ type }) => type).sort()).toEqual(['HEALTH_CHECK', 'READINESS_CHECK']);
    const container = `${running.stack.project}-helpers-1`;
    for (const { commandTemplate } of hooks) await docker(['exec', container, 'sh', '-c', commandTemplate]);
    const failing = hooks
      .map(({ commandTemplate }) => commandTemplate.replace(':8080', ':8099'))
      .find((text) => text.includes('8099'));
    await expect(docker(['exec', container, 'sh', '-c', failing ?? ''])).rejects.toThrow();
  });

  it('counts three instances before and two after, and 12 tenants in the cell', () => {
    const { instances, cell, bundles } = running.made.plan;
    expect(instances).toEqual({ before: 3, after: 2 });
    // 0.25 + 0.10 + 0.15 cpus; 128 + 64 + 32 MiB and 34 for the runtime; 8 cpus less a fifth.
    expect(cell).toMatchObject({
      needs: { cpus: 0.5, memoryBytes: 258 * 1024 ** 2 },
      instances: 12,
      bound: 'cpus',
    });
    expect(bundles[0]?.footprint.limits).toEqual({ cpus: 1, memoryBytes: (128 + 64 + 34) * 1024 ** 2 });
  });
});

describe.each([
  { name: 'byoa', title: 'Counter in here: 1\n', warning: 'BYOA_PULL', containers: 1 },
  { name: 'multi-tenant', title: 'Counter: 1\n', warning: undefined, containers: 1 },
  { name: 'groups', title: 'Counter: 1\n', warning: 'DEPENDS_ON_BUNDLE', containers: 3 },
])('the plan $name', ({ name, title, warning, containers }) => {
  let running: Running;
  beforeAll(async () => {
    running = await start(name);
  });
  afterAll(() => stop(running));

  it('answers from its bundles', async () => {
    expect(await visit()).toBe(title);
    const { stdout } = await docker([
      'ps',
      '-q',
      '--filter',
      `label=com.docker.compose.project=${running.stack.project}`,
    ]);
    expect(stdout.trim().split('\n')).toHaveLength(containers);
    expect(running.made.plan.instances.after).toBe(containers);
    if (warning !== undefined) expect(running.made.warnings.map(({ code }) => code)).toContain(warning);
  });
});
