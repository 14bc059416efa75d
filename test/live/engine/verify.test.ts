import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.js';
import { BASE, docker, engine, record, removeImage, uniqueTag } from './engine-for-tests.js';

const image = uniqueTag();
const precious = uniqueTag().replace(':latest', '-volume');
const project = uniqueTag().replace(':latest', '');
let folder = '';

const STATUS = JSON.stringify([
  { member: 'db', state: 'RUNNING', health: 'healthy', restarts: 0, exitCode: null },
]);

/** As an output folder, but for an image that is no bundle. */
async function writeFolder(healthcheck: string): Promise<void> {
  const ports = [{ port: 80, protocol: 'tcp', evidence: 'published' }];
  const member = { service: 'db', ports, variables: {}, envFiles: [] };
  const bundle = { bundle: 'bundle', tag: image, stopSeconds: 3, members: [member] };
  const plan = { project, bundles: [bundle] };
  await writeFile(join(folder, 'plan.json'), JSON.stringify(plan));
  await writeFile(join(folder, 'host-file'), 'original');
  await writeFile(
    join(folder, 'compose.yaml'),
    `name: ${project}
services:
  bundle:
    image: ${image}
    container_name: ${project}-fixed
    init: true
    command: ["sh", "-c", "echo touched > /data/file; echo changed > /host-file; echo 'db  | ready'; sleep infinity"]
    ports: ["127.0.0.1:18099:80"]
    volumes: ["data:/data", "./host-file:/host-file"]
    healthcheck: { test: ["CMD-SHELL", "${healthcheck}"], interval: 1s, retries: 2 }
    stop_grace_period: 1s
volumes:
  data: { external: true, name: ${precious} }
networks:
  default: { name: ${project}-net }
`,
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eng-verify-'));
  const dockerfile = [`FROM ${BASE}`, 'COPY --chmod=755 bundle-status /usr/bin/'];
  const { request } = record(dockerfile, [image]);
  const tool = { path: 'bundle-status', content: `#!/bin/sh\necho '${STATUS}'\n`, mode: 0o755 };
  await engine.build({ ...request, files: [...request.files, tool] });
  docker('volume', 'create', precious);
});

afterAll(async () => {
  docker('volume', 'rm', '--force', precious);
  removeImage(image);
  await rm(folder, { recursive: true });
});

async function verify(...argv: string[]) {
  const texts = { out: '', err: '' };
  const output = (name: 'out' | 'err') => ({
    write: (text: string) => {
      texts[name] += text;
    },
  });
  const streams = { stdout: output('out'), stderr: output('err'), env: {} };
  return { code: await main(['verify', folder, ...argv], streams), ...texts };
}

/** Everything of the Engine whose name has the project's. */
function leftovers(): string[] {
  return [
    docker('ps', '--all', '--filter', `name=${project}`, '--format', '{{.Names}}'),
    docker('network', 'ls', '--filter', `name=${project}`, '--format', '{{.Name}}'),
    docker('volume', 'ls', '--filter', `name=${project}`, '--format', '{{.Name}}'),
  ].flatMap((text) => text.split('\n').filter((line) => line !== ''));
}

describe('verify', () => {
  it('starts the bundle apart from everything else, reports, and leaves nothing', async () => {
    await writeFolder('true');
    const { code, out, err } = await verify();
    expect(code, err).toBe(0);
    expect(out).toMatch(/: healthy\n/);
    expect(out).toMatch(/^db\s+RUNNING\s+healthy\s+0\s+-\s+80\/tcp silent$/m);
    expect(leftovers()).toEqual([]);
    expect(await readFile(join(folder, 'host-file'), 'utf8')).toBe('original');
    const content = docker('run', '--rm', '-v', `${precious}:/data`, BASE, 'ls', '/data');
    expect(content).toBe('');
  });

  it('exits with 1 and the end of the log when it does not become healthy, and leaves nothing', async () => {
    await writeFolder('false');
    const { code, err } = await verify('--timeout', '8');
    expect(code).toBe(1);
    expect(err).toContain('BUNDLE_UNHEALTHY');
    expect(err).toContain('db  | ready');
    expect(leftovers()).toEqual([]);
  });

  it('leaves nothing after Ctrl-C', async () => {
    await writeFolder('false');
    const ended = verify();
    await expect.poll(() => leftovers().length, { timeout: 180_000 }).toBeGreaterThan(1);
    process.emit('SIGINT');
    const { code, err } = await ended;
    expect(code, err).toBe(130);
    expect(leftovers()).toEqual([]);
  });
});
