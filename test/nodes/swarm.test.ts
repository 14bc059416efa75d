/** A swarm of two Engines: a bundle on one, a service that asks its members on the other. Started by scripts/nodes.sh. */
import { execFile } from 'node:child_process';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleOf, discardFolders } from '../live/bundles.js';
import { docker, eventually } from '../live/docker.js';
import { keepFor } from '../live/tenancy/swarm/kept.js';

const { FIRST_ADDRESS = '', SECOND_ADDRESS = '', SECOND_ENGINE = '' } = process.env;
const STACK = 'bundle-shared-test-nodes';
const TAG = 'bundle-shared-test-nodes:1';
const ENV = { TENANT: 'alba', PORT: '18481', OUTSIDE_PORT: '18482', WORDS: 'shown' };

const onSecond = (...words: readonly string[]) => docker(['--host', SECOND_ENGINE, ...words]);

/** What a port of a node answers, once it answers with something that has `part` in it. */
async function answer(host: string, port: string, part: string): Promise<string> {
  return eventually(`"${part}" on ${host}:${port}`, async () => {
    const said = await text(createConnection(Number(port), host)).catch(() => '');
    return said.includes(part) ? said : undefined;
  });
}

beforeAll(async () => {
  await docker(['swarm', 'init', '--advertise-addr', FIRST_ADDRESS]);
  const { stdout: token } = await docker(['swarm', 'join-token', '--quiet', 'worker']);
  await onSecond(
    'swarm',
    'join',
    '--advertise-addr',
    SECOND_ADDRESS,
    '--token',
    token.trim(),
    `${FIRST_ADDRESS}:2377`,
  );
  const { stdout: first } = await docker(['info', '--format', '{{.Swarm.NodeID}}']);
  const { stdout: second } = await onSecond('info', '--format', '{{.Swarm.NodeID}}');
  await docker(['node', 'update', '--label-add', 'place=one', first.trim()]);
  await docker(['node', 'update', '--label-add', 'place=two', second.trim()]);
  Object.assign(process.env, ENV);
  await keepFor([ENV.TENANT]);
  const made = await bundleOf('', {
    files: ['test/live/tenancy/swarm/compose.yaml', 'test/nodes/placed.yaml'],
    target: 'swarm',
    tag: TAG,
  });
  // No registry: the node that shall run an image has to have it.
  const move = `docker save ${TAG} | docker --host ${SECOND_ENGINE} load`;
  await promisify(execFile)('sh', ['-c', move], { timeout: 300_000 });
  const file = join(made.output, 'stack.yaml');
  await docker(['stack', 'deploy', '--resolve-image', 'never', '--compose-file', file, STACK]);
});

afterAll(async () => {
  await docker(['stack', 'rm', STACK]);
  await onSecond('swarm', 'leave', '--force');
  await docker(['swarm', 'leave', '--force']);
  discardFolders();
});

it('a service on another node reaches each member of the bundle by its own name', async () => {
  const said = await answer(SECOND_ADDRESS, ENV.OUTSIDE_PORT, 'outside [');
  expect(said).toBe('outside [kept for alba, shown [kept for alba]]');
  expect(await answer(FIRST_ADDRESS, ENV.PORT, 'shown')).toBe('shown [kept for alba]');
});

it('the bundle is one task, on the node that its members ask for', async () => {
  const { stdout: here } = await docker(['ps', '--format', '{{.Image}}']);
  const { stdout: there } = await onSecond('ps', '--format', '{{.Image}}');
  expect(here.trim().split('\n')).toEqual([TAG]);
  expect(there.trim().split('\n')).toEqual(['debian:bookworm-slim']);
});
