import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.js';
import { BASE, docker, engine, record, removeImage, uniqueTag } from './engine-for-tests.js';

const image = uniqueTag();
const precious = uniqueTag().replace(':latest', '-volume');
const project = uniqueTag().replace(':latest', '');
let folder = '';

const SOCKET = /^unix:\/\/(.+)$/.exec(process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock')?.[1] ?? '';
const isRootOnSocket = process.getuid?.() === 0 && SOCKET !== '';

const STATUS = JSON.stringify([
  { member: 'db', state: 'RUNNING', health: 'healthy', restarts: 0, exitCode: null },
]);

/** As an output folder, but for an image that is no bundle. */
async function writeFolder(healthcheck: string, first = 'true'): Promise<void> {
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
    command: ["sh", "-c", "${first}; echo touched > /data/file; echo changed > /host-file; echo 'db  | ready'; sleep infinity"]
    ports: ["127.0.0.1:18099:80"]
    volumes: ["data:/data", "./host-file:/host-file", "./given:/given"]
    healthcheck: { test: ["CMD-SHELL", "${healthcheck}"], interval: 1s, retries: 2 }
    stop_grace_period: 1s
    depends_on: [aside]
  aside:
    build: { dockerfile_inline: "FROM ${BASE}" }
    command: ["sleep", "infinity"]
    init: true
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
    docker('image', 'ls', '--filter', `reference=${project}-*`, '--format', '{{.Repository}}'),
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

  it.runIf(isRootOnSocket)(
    "leaves out what an ordinary user may not read, and leaves nothing that became root's",
    async () => {
      await writeFolder('true', 'mkdir -p /given/of-root/deep');
      await mkdir(join(folder, 'given'));
      await writeFile(join(folder, 'host-file'), 'secret', { mode: 0o600 });
      await chmod(join(folder, 'host-file'), 0o600);
      const home = await mkdtemp(join(tmpdir(), 'eng-home-'));
      for (const path of [folder, home]) await chmod(path, 0o777);
      await using open = await engineForAnybody();
      const own = { HOME: home, TMPDIR: home, DOCKER_CONFIG: home };
      const plugins = join(process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'cli-plugins');
      // Its own copy: the folders above may be closed to others.
      if (existsSync(plugins))
        await cp(plugins, join(home, 'cli-plugins'), { recursive: true, dereference: true });
      const { code, told } = await verifyAs(65534, { DOCKER_HOST: open.host, ...own });
      expect(code, told).toBe(0);
      expect(told).toContain('host-file: cannot be read, an empty one is used');
      expect(told).toContain(`${image}: healthy`);
      expect(told).not.toContain('LEFT_BEHIND');
      expect((await readdir(home)).filter((name) => name.startsWith('bundle-shared-verify-'))).toEqual([]);
      expect(leftovers()).toEqual([]);
      await rm(home, { recursive: true });
    },
  );
});

/** The Engine's socket is its group's; this is a way to it for any user of the machine while a test runs. */
async function engineForAnybody(): Promise<AsyncDisposable & { readonly host: string }> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const socket = connect({ path: SOCKET, allowHalfOpen: true });
    for (const [from, to] of [
      [client, socket],
      [socket, client],
    ] as const)
      from.on('error', () => to.destroy()).pipe(to);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `tcp://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

/** What the program tells a user who is not root. */
async function verifyAs(uid: number, env: NodeJS.ProcessEnv): Promise<{ code: number | null; told: string }> {
  const program = spawn('node', ['bin/bundle-shared.js', 'verify', folder], {
    uid,
    gid: uid,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  for (const output of [program.stdout, program.stderr]) output.on('data', (chunk) => (told += chunk));
  const code = await new Promise<number | null>((resolve) => program.on('close', resolve));
  return { code, told };
}
