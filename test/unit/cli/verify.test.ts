import { once } from 'node:events';
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.js';
import { comparePorts } from '../../../src/cli/verify/compare-ports.js';
import { copyFromHost } from '../../../src/cli/verify/copy-from-host.js';
import { listenersIn } from '../../../src/cli/verify/listening-sockets.js';
import { isWell, memberStatuses } from '../../../src/cli/verify/member-status.js';
import { overrideFile } from '../../../src/cli/verify/override-file.js';
import { composeFailed } from '../../../src/engine/docker-problems.js';
import type { Engine } from '../../../src/engine/engine.js';
import { fakeStreams } from './fake-streams.js';

describe('a trial', () => {
  test('has no published port, no volume or network of others, and writes to copies of host folders', () => {
    const { text, copies } = overrideFile(
      {
        services: {
          bundle: {
            ports: [{ target: 80, published: '80' }],
            volumes: [
              { type: 'volume', source: 'data', target: '/srv/db/data' },
              { type: 'bind', source: '/home/me/conf', target: '/srv/web/conf', read_only: true },
              { type: 'bind', source: '/home/me/files', target: '/srv/web/files' },
              { type: 'bind', source: '/run/app', target: '/srv/web/run/app' },
              { type: 'bind', source: '/dev/kvm', target: '/srv/web/dev/kvm' },
            ],
          },
        },
        volumes: { data: { name: 'precious', external: true } },
        networks: { default: { name: 'shop_default' }, back: { internal: true, ipam: {} } },
      },
      '/scratch',
    );
    expect(copies).toEqual([
      { from: '/home/me/files', to: '/scratch/0' },
      { from: '/run/app', to: '/scratch/1' },
    ]);
    expect(text).toMatchInlineSnapshot(`
      "services:
        bundle:
          ports: !reset []
          container_name: !reset null
          volumes: !override
            - type: volume
              source: data
              target: /srv/db/data
            - type: bind
              source: /home/me/conf
              target: /srv/web/conf
              read_only: true
            - type: bind
              source: /scratch/0
              target: /srv/web/files
            - type: bind
              source: /scratch/1
              target: /srv/web/run/app
            - type: bind
              source: /dev/kvm
              target: /srv/web/dev/kvm
      volumes:
        data: !override {}
      networks:
        default: !override {}
        back: !override
          internal: true
      "
    `);
  });

  test('keeps subnets when a service has a fixed address in one', () => {
    const { text } = overrideFile(
      {
        services: { bundle: { networks: { back: { ipv4_address: '10.1.0.5' } } } },
        networks: { back: { name: 'n', ipam: { config: [{ subnet: '10.1.0.0/24' }] } } },
      },
      '/scratch',
    );
    expect(text).toContain('10.1.0.0/24');
    expect(text).not.toContain('name: n');
  });

  test('copies folders with links and owners, and makes empty ones for what is absent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eng-copy-'));
    try {
      const from = join(folder, 'from');
      await mkdir(join(from, 'sub'), { recursive: true });
      await writeFile(join(from, 'sub/file'), 'text', { mode: 0o640 });
      await symlink('sub/file', join(from, 'link'));
      const isRoot = process.getuid?.() === 0;
      if (isRoot) await chown(join(from, 'sub'), 999, 998);
      expect(await copyFromHost({ from, to: join(folder, 'to') })).toBe('copied');
      expect(await readFile(join(folder, 'to/link'), 'utf8')).toBe('text');
      expect((await lstat(join(folder, 'to/link'))).isSymbolicLink()).toBe(true);
      expect((await lstat(join(folder, 'to/sub/file'))).mode & 0o777).toBe(0o640);
      if (isRoot) expect(await lstat(join(folder, 'to/sub'))).toMatchObject({ uid: 999, gid: 998 });
      expect(await copyFromHost({ from: join(folder, 'none'), to: join(folder, 'empty') })).toBe('absent');
      expect((await lstat(join(folder, 'empty'))).isDirectory()).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('says so where a copy of a folder lacks its sockets', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eng-copy-'));
    const server = createServer();
    try {
      await mkdir(join(folder, 'from'));
      await writeFile(join(folder, 'from/file'), 'text');
      await once(server.listen(join(folder, 'from/socket')), 'listening');
      const outcome = await copyFromHost({ from: join(folder, 'from'), to: join(folder, 'to') });
      expect([outcome, await readdir(join(folder, 'to'))]).toEqual(['copied in part', ['file']]);
    } finally {
      server.close();
      await rm(folder, { recursive: true });
    }
  });

  test('writes to a copy of what a link leads to, never through the link to the host', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eng-copy-'));
    try {
      await mkdir(join(folder, 'real'));
      await writeFile(join(folder, 'real/file'), 'text');
      await symlink('/etc/hostname', join(folder, 'real/inner'));
      for (const [name, target] of [
        ['folder', 'real'],
        ['file', 'real/file'],
        ['nowhere', 'none'],
      ] as const)
        await symlink(target, join(folder, name));
      const outcomeOf = (name: string) =>
        copyFromHost({ from: join(folder, name), to: join(folder, `${name}-copy`) });
      expect(await Promise.all(['folder', 'file', 'nowhere'].map(outcomeOf))).toEqual([
        'copied',
        'copied',
        'absent',
      ]);
      await writeFile(join(folder, 'folder-copy/file'), 'written by the trial');
      await writeFile(join(folder, 'file-copy'), 'written by the trial');
      expect(await readFile(join(folder, 'real/file'), 'utf8')).toBe('text');
      expect(await readlink(join(folder, 'folder-copy/inner'))).toBe('/etc/hostname');
      expect((await lstat(join(folder, 'nowhere-copy'))).isDirectory()).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const TABLES = `  sl  local_address rem_address   st tx_queue rx_queue
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000
   1: 0100007F:18EB 00000000:0000 0A 00000000:00000000
   2: 0B00007F:9C41 00000000:0000 0A 00000000:00000000
   3: 0A00000A:1F90 0B00000A:D431 01 00000000:00000000
---
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A
   1: 00000000000000000000000001000000:1538 00000000000000000000000000000000:0000 0A
   2: 0000000000000000FFFF00000100007F:2328 00000000000000000000000000000000:0000 0A
---
   5: 00000000:0035 00000000:0000 07 00000000:00000000
---
---
`;

test('listening sockets are read from the kernel tables and compared with the plan', () => {
  const listeners = listenersIn(TABLES);
  expect(listeners).toEqual([
    { port: 53, protocol: 'udp', isLoopback: false },
    { port: 5432, protocol: 'tcp', isLoopback: true },
    { port: 6379, protocol: 'tcp', isLoopback: true },
    { port: 8080, protocol: 'tcp', isLoopback: false },
    { port: 9000, protocol: 'tcp', isLoopback: true },
  ]);
  const port = (number: number, evidence: string, protocol: 'tcp' | 'udp' = 'tcp') => ({
    port: number,
    protocol,
    evidence,
  });
  const plan = {
    members: [
      { service: 'web', ports: [port(8080, 'published'), port(443, 'expose'), port(81, 'image')] },
      { service: 'db', ports: [port(5432, 'url'), port(53, 'x-bundle', 'udp')] },
    ],
  };
  const { planned, unplanned } = comparePorts(plan, listeners);
  expect(planned.map(({ port: number, state }) => `${number} ${state}`)).toEqual([
    '8080 listening',
    '443 silent',
    '5432 loopback only',
    '53 listening',
  ]);
  expect(unplanned.map(({ port: number }) => number)).toEqual([6379, 9000]);
});

test('members are well at work or done, not in between', () => {
  const [running, done, failed, ill] = memberStatuses(
    JSON.stringify([
      { member: 'a', state: 'RUNNING', health: 'healthy', restarts: 0 },
      { member: 'b', state: 'EXITED', health: null, exitCode: 0 },
      { member: 'c', state: 'EXITED', exitCode: 3 },
      { member: 'd', state: 'RUNNING', health: 'unhealthy' },
    ]),
  );
  expect([running, done, failed, ill].map((status) => status && isWell(status))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(memberStatuses('OCI runtime exec failed')).toEqual([]);
});

describe('verify', () => {
  const PLAN = {
    project: 'shop',
    bundles: [
      {
        bundle: 'bundle',
        tag: 'shop:1',
        stopSeconds: 12,
        members: [{ service: 'db', ports: [], variables: {}, envFiles: [] }],
      },
    ],
  };

  async function verify(engine: Partial<Engine>, argv: readonly string[] = []) {
    const folder = await mkdtemp(join(tmpdir(), 'eng-verify-'));
    const commands: string[] = [];
    try {
      await writeFile(join(folder, 'plan.json'), JSON.stringify(PLAN));
      const composeRun: Engine['composeRun'] = async (project, args, run) => {
        if (run.signal.aborted) throw new Error('the signal of the work was used');
        commands.push(
          `${project.projectName?.replace(/[0-9a-f]{8}$/, 'X')} ${args[0]} ${project.files.length}`,
        );
        return (
          { ps: 'c1\n', config: 'services: {bundle: {}}\n', logs: 'db  | broken\nweb | fine\n' }[
            args[0] ?? ''
          ] ?? ''
        );
      };
      const parts = {
        createEngine: () => ({ check: async () => ({}), composeRun, ...engine }) as unknown as Engine,
        makeBundle: () => Promise.reject(new Error('not here')),
        planBundle: () => Promise.reject(new Error('not here')),
      };
      const streams = fakeStreams();
      const code = await main(['verify', folder, '--progress', 'quiet', ...argv], streams, parts);
      return { code, commands, out: streams.out(), err: streams.err() };
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  const status = (health: string) =>
    JSON.stringify([{ member: 'db', state: 'RUNNING', health, restarts: 0 }]);
  const answering = (health: string): Partial<Engine> => ({
    inspectContainer: async () => ({ State: { Running: true, Health: { Status: health } } }),
    exec: async (_, [command]) => ({
      code: 0,
      stdout: command === 'bundle-status' ? status(health) : '',
      stderr: '',
    }),
  });
  const ALL = ['config 1', 'up 2', 'ps 2', 'logs 2', 'down 2'].map((command) => `shop-verify-X ${command}`);

  test('reports a healthy bundle per member and removes it', async () => {
    const { code, commands, out } = await verify(answering('healthy'));
    expect([code, commands]).toEqual([0, ALL]);
    expect(out).toContain('shop:1: healthy\n');
    expect(out).toMatch(/^db\s+RUNNING\s+healthy\s+0\s+-\s+-$/m);
  });

  test('exits 1 with the log of the member that is not healthy, and removes the bundle', async () => {
    const { code, commands, err } = await verify(answering('unhealthy'), ['--timeout', '1']);
    expect([code, commands]).toEqual([1, ALL]);
    expect(err).toContain('error MEMBER_UNHEALTHY: member "db" is RUNNING, unhealthy');
    expect(err).toContain('  | db  | broken\n');
    expect(err).not.toContain('fine');
  });

  test('exits 1 with the exit code of a bundle that ended', async () => {
    const ended = { inspectContainer: async () => ({ State: { Running: false, ExitCode: 5 } }) };
    const { code, err, out } = await verify(ended, ['--json']);
    expect(code).toBe(1);
    expect(err).toContain('BUNDLE_ENDED: the bundle ended with exit code 5');
    expect(JSON.parse(out)).toMatchObject({ fault: 'input', problems: [{ code: 'BUNDLE_ENDED' }] });
  });

  test('removes the bundle after an interruption, too', async () => {
    const engine: Partial<Engine> = {
      inspectContainer: async () => {
        process.emit('SIGINT');
        return { State: { Running: true, Health: { Status: 'starting' } } };
      },
    };
    const { code, commands } = await verify(engine);
    expect([code, commands.at(-1)]).toEqual([130, 'shop-verify-X down 2']);
  });

  test('tells what went wrong, and beside it what could not be removed after that', async () => {
    const composeRun: Engine['composeRun'] = async (_, [verb]) => {
      if (verb === 'config') return 'services: {bundle: {}}\n';
      throw composeFailed(verb ?? '', 'failed with exit code 1', undefined, []);
    };
    const { code, err } = await verify({ composeRun });
    expect([code, err.match(/^(?:error|warning) \w+/gm)]).toEqual([
      3,
      ['warning LEFT_BEHIND', 'error COMPOSE_UP_FAILED'],
    ]);
  });

  test.each(['host', 'container:db'])('starts nothing on the network of another (%s)', async (mode) => {
    const verbs: (string | undefined)[] = [];
    const services = {
      bundle: { depends_on: { mail: { condition: 'service_started' } } },
      mail: { network_mode: mode },
      // Nothing of the trial depends on it, so that it is not started.
      other: { network_mode: 'host' },
    };
    const composeRun: Engine['composeRun'] = async (_, [verb]) => {
      verbs.push(verb);
      return JSON.stringify({ services });
    };
    const { code, err } = await verify({ composeRun });
    expect([code, verbs]).toEqual([1, ['config']]);
    expect(err.match(/^error .*/gm)).toEqual([
      `error TRIAL_NOT_APART: service "mail" has the network mode "${mode}"`,
    ]);
  });

  test('says when a folder is not that of a bundle', async () => {
    const streams = fakeStreams();
    expect(await main(['verify', '/nope'], streams)).toBe(1);
    expect(streams.err()).toContain('NOT_AN_OUTPUT_FOLDER');
  });
});
