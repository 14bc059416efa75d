/** A swarm of this one machine: a stack for each tenant, from one file and one image, updated one by one. */

import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleOf, discardFolders, type Made, temporaryFolder } from '../live/bundles.js';
import { docker, eventually } from '../live/docker.js';
import { forget, keepFor } from '../live/tenancy/swarm/kept.js';

const FOLDER = 'test/live/tenancy/swarm';
const tenants = [
  { name: 'bundle-shared-test-alba', env: { TENANT: 'alba', PORT: '18481', OUTSIDE_PORT: '18482' } },
  { name: 'bundle-shared-test-brio', env: { TENANT: 'brio', PORT: '18483', OUTSIDE_PORT: '18484' } },
] as const;
const [alba, brio] = tenants;
const names = tenants.map(({ env }) => env.TENANT);
type Tenant = (typeof tenants)[number];

let made: Made;
let wasSwarm: boolean;

async function deploy(
  { name, env }: Tenant,
  { output }: Made,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const file = join(output, 'stack.yaml');
  await docker(['stack', 'deploy', '--resolve-image', 'never', '--compose-file', file, name], {
    env: { ...env, WORDS: 'shown', BUNDLE_STACK: name, ...more },
  });
}

/** What a port answers, once it answers with something that has `part` in it. */
async function answer(port: string, part: string): Promise<string> {
  return eventually(`"${part}" on port ${port}`, async () => {
    const said = await text(createConnection(Number(port), '127.0.0.1')).catch(() => '');
    return said.includes(part) ? said : undefined;
  });
}

async function taskOf({ name }: Tenant, service: string): Promise<string> {
  const filter = `label=com.docker.swarm.service.name=${name}_${service}`;
  const [id = ''] = (await docker(['ps', '-q', '--filter', filter])).stdout.trim().split('\n');
  return id;
}

async function imageOf(tenant: Tenant): Promise<string> {
  const id = await taskOf(tenant, 'shared');
  return (await docker(['inspect', '-f', '{{.Image}}', id])).stdout.trim();
}

const READ = [
  'sh',
  '-c',
  'cd / && for file in run/secrets/vault etc/key site etc/named; do echo "$(stat -L -c %u:%g:%a $file) $(cat $file)"; done',
];

/** Every variable that the project asks for has to have a value when it is planned, too. */
const asFor = (version: string, files: readonly string[]) =>
  bundleOf(join(FOLDER, 'compose.yaml'), {
    files: files.map((file) => join(FOLDER, file)),
    target: 'swarm',
    tag: `bundle-shared-test-swarm:${version}`,
  });

beforeAll(async () => {
  const { stdout } = await docker(['info', '--format', '{{.Swarm.LocalNodeState}}']);
  wasSwarm = stdout.trim() === 'active';
  if (!wasSwarm) await docker(['swarm', 'init', '--advertise-addr', '127.0.0.1']);
  await keepFor(names);
  Object.assign(process.env, alba.env);
  made = await asFor('1', ['compose.yaml']);
  await docker(['stack', 'config', '--compose-file', join(made.output, 'stack.yaml')], { env: alba.env });
  for (const tenant of tenants) await deploy(tenant, made);
});

afterAll(async () => {
  for (const name of Object.keys(alba.env)) delete process.env[name];
  await docker(['stack', 'rm', ...tenants.map(({ name }) => name)]);
  await eventually('the tenants to be gone', async () => {
    const { stdout } = await docker(['ps', '-aq', '--filter', 'label=com.docker.swarm.task']);
    return stdout.trim() === '' ? true : undefined;
  });
  await forget(names);
  if (!wasSwarm) await docker(['swarm', 'leave', '--force']);
  await docker([
    'image',
    'rm',
    '--force',
    ...['1', '2', '3'].map((one) => `bundle-shared-test-swarm:${one}`),
  ]);
  discardFolders();
});

it('says what a swarm ignores', () => {
  const told = made.warnings.map(({ code }) => code);
  expect(told).toContain('SWARM_RUNG');
});

it('each tenant is a stack of its own, and one image serves them all', async () => {
  expect(await answer(alba.env.PORT, 'alba')).toBe('shown [kept for alba]');
  expect(await answer(brio.env.PORT, 'brio')).toBe('shown [kept for brio]');
  expect(await answer(brio.env.OUTSIDE_PORT, 'kept')).toBe('outside [kept for brio, shown [kept for brio]]');
  expect(await imageOf(alba)).toBe(made.bundles[0]?.imageId);
  expect(await imageOf(brio)).toBe(made.bundles[0]?.imageId);
});

it('members read what the swarm keeps for them, as services with a container of their own do', async () => {
  for (const tenant of tenants) {
    const own = `kept: bundle-shared-test-${tenant.env.TENANT}`;
    const wanted = ['0:0:444 kept: vault', `33:33:440 ${own}`, '0:0:444 kept: site', `0:0:404 ${own}`];
    const alone = await docker(['exec', await taskOf(tenant, 'outside'), ...READ]);
    const within = await docker(['exec', await taskOf(tenant, 'shared'), 'bundle-exec', 'store', ...READ]);
    expect(alone.stdout.trim().split('\n')).toEqual(wanted);
    expect(within.stdout).toBe(alone.stdout);
  }
});

it('one tenant is updated to a new image while the other keeps the old one', async () => {
  const next = await asFor('2', ['compose.yaml', 'next.yaml']);
  expect(next.bundles[0]?.imageId).not.toBe(made.bundles[0]?.imageId);
  await deploy(alba, next, { WORDS: 'shown anew' });
  expect(await answer(alba.env.PORT, 'anew')).toBe('shown anew [kept for alba]');
  expect(await imageOf(alba)).toBe(next.bundles[0]?.imageId);
  expect(await imageOf(brio)).toBe(made.bundles[0]?.imageId);
  expect(await answer(brio.env.PORT, 'brio')).toBe('shown [kept for brio]');
});

it('an edited env file is deployed under another revision, and refused under the old one', async () => {
  const folder = temporaryFolder();
  const envFile = join(folder, 'store.env');
  const more = join(folder, 'more.yaml');
  writeFileSync(more, JSON.stringify({ services: { store: { env_file: envFile } } }));
  writeFileSync(envFile, 'FROM_FILE=first');
  const withFile = await bundleOf(join(FOLDER, 'compose.yaml'), {
    files: [join(FOLDER, 'compose.yaml'), more],
    target: 'swarm',
    tag: 'bundle-shared-test-swarm:3',
  });
  const read = async (value: string) =>
    eventually(`${value} in the member`, async () => {
      const inMember = ['bundle-exec', 'store', 'sh', '-c', 'echo "$FROM_FILE"'];
      const said = await docker(['exec', await taskOf(brio, 'shared'), ...inMember]).catch(() => undefined);
      return said?.stdout.trim() === value ? value : undefined;
    });
  await deploy(brio, withFile);
  expect(await read('first')).toBe('first');
  writeFileSync(envFile, 'FROM_FILE=second');
  await expect(deploy(brio, withFile)).rejects.toThrow('only updates to Labels are allowed');
  await deploy(brio, withFile, { BUNDLE_REVISION: '1' });
  expect(await read('second')).toBe('second');
});
