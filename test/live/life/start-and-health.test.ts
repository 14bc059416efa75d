/** Start order, health and an operator's day, in one bundle of small members. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import {
  ACT_IMAGE,
  actImage,
  type Bundled,
  bundleAct,
  onProject,
  removeProject,
  writeProject,
} from './act.js';
import { inBundle, logOf, type MemberState, membersOf, momentsOf } from './bundle-state.js';
import { patience } from './patience.js';
import { record } from './scorecard.js';
import { expectNoZombies } from './zombies.js';

const NAME = 'bundle-shared-test-health';
const quiet = { critical: false };
const ready = { test: ['CMD', '/act', 'quiet', 'has', '/ready'], interval: '30s' };
const after = (service: string, condition: string, more = {}) => ({
  depends_on: { [service]: { condition, ...more } },
  'x-bundle': quiet,
});
const project = writeProject(NAME, {
  db: { does: 'remove /ready sleep 1.5 touch /ready say ready on TERM 0 pause', healthcheck: ready },
  api: { does: 'say begun on TERM 0 pause', ...after('db', 'service_healthy') },
  follower: { does: 'say begun on TERM 0 pause', ...after('db', 'service_healthy', { restart: true }) },
  migrate: { does: 'sleep 0.5 say done exit 0' },
  migrated: { does: 'say begun on TERM 0 pause', ...after('migrate', 'service_completed_successfully') },
  failing: { does: 'exit 7', restart: 'on-failure:1', 'x-bundle': quiet },
  barred: { does: 'pause', ...after('failing', 'service_completed_successfully') },
  // Not critical: who waits for it does not need it.
  spared: { does: 'exit 7' },
  optional: {
    does: 'on TERM 0 pause',
    ...after('spared', 'service_completed_successfully', { required: false }),
  },
  ailing: { does: 'exit 3', restart: 'always', healthcheck: ready, 'x-bundle': quiet },
  regardless: { does: 'on TERM 0 pause', ...after('ailing', 'service_healthy', { required: false }) },
  recovering: {
    does: 'remove /ready sleep 4 touch /ready say ready on TERM 0 pause',
    restart: 'unless-stopped',
    healthcheck: { ...ready, interval: '1s', retries: 1 },
  },
  // The same as recovering, but for its start period.
  warming: {
    does: 'remove /ready sleep 4 touch /ready say ready on TERM 0 pause',
    healthcheck: { ...ready, interval: '1s', retries: 1, start_period: '10m', start_interval: '0.5s' },
    'x-bundle': quiet,
  },
  warmed: { does: 'say begun on TERM 0 pause', ...after('warming', 'service_healthy') },
  maker: { does: 'orphans 500 say made on TERM 0 pause', init: true, 'x-bundle': quiet },
  patient: {
    does: 'say begun on TERM 0 pause',
    restart: 'unless-stopped',
    depends_on: { recovering: { condition: 'service_healthy' } },
  },
  absent: { does: '', entrypoint: ['/no/such/program'], restart: 'always', 'x-bundle': quiet },
  looping: { does: 'exit 3', restart: 'always', 'x-bundle': quiet },
  stuck: {
    does: 'on TERM 0 pause',
    healthcheck: {
      test: ['CMD', '/act', 'quiet', 'fork', 'sleep', '61'],
      interval: '1s',
      timeout: '1s',
      retries: 2,
    },
    'x-bundle': quiet,
  },
  held: {
    does: 'touch /go on TERM 0 pause',
    healthcheck: { test: ['CMD', '/act', 'quiet', 'await', '/go'], interval: '1s' },
    'x-bundle': quiet,
  },
  unasked: { does: 'on TERM 0 pause', image: `${NAME}-checked`, healthcheck: { disable: true } },
  none: { does: 'on TERM 0 pause', image: `${NAME}-checked`, healthcheck: { test: ['NONE'] } },
  inherited: { does: 'touch /ready on TERM 0 pause', image: `${NAME}-checked` },
  database: {
    does: '',
    image: 'debian:trixie-slim',
    entrypoint: ['sh', '/entrypoint.sh'],
    volumes: ['./entrypoint.sh:/entrypoint.sh:ro'],
    healthcheck: { test: 'test -f /ready' },
  },
  client: {
    does: '',
    image: 'debian:trixie-slim',
    command: ['sh', '-c', 'echo begun $(cut -d " " -f 1 /proc/uptime); exec sleep infinity'],
    ...after('database', 'service_healthy'),
  },
  shell: {
    does: '',
    image: 'debian:trixie-slim',
    command: ['sh', '-c', 'trap "exit 0" TERM; echo first; echo second; while :; do sleep 0.1; done'],
    user: 'www-data',
    group_add: ['audio'],
    working_dir: '/var/tmp',
    environment: { KEY: 'a value' },
    healthcheck: {
      test: 'echo "$$(id -un) $$(pwd) $$KEY"; cat /etc/hostname >/dev/null',
      interval: '1s',
    },
  },
});
// As that of postgres: a server for the time of the preparation, which ends before the real one begins.
const ENTRYPOINT = `touch /ready; sleep 3; rm /ready
exec sh -c 'sleep 1; touch /ready; echo ready $(cut -d " " -f 1 /proc/uptime); exec sleep infinity'`;
let bundle: Bundled;

const inMember = (member: string, ...words: string[]) =>
  docker(['exec', bundle.container, 'bundle-exec', '-T', member, ...words]);

beforeAll(async () => {
  writeFileSync(join(dirname(project.file), 'entrypoint.sh'), ENTRYPOINT);
  await actImage();
  await docker([
    ...['build', '--quiet', '--tag', `${NAME}-checked`, '--build-arg', `ACT=${ACT_IMAGE}`, '-f'],
    'test/live/life/image/Dockerfile.checked',
    'test/live/life/image',
  ]);
  bundle = await bundleAct(project);
  await onProject(bundle, ['up', '-d']);
  await eventually('all members to be decided', async () => {
    const members = await membersOf(bundle.container).catch(() => ({}));
    if (Object.keys(members).length === 0) return undefined;
    const undecided = Object.values<MemberState>(members).filter(
      ({ state, health }) => ['waiting', 'starting'].includes(state) || health === 'starting',
    );
    return undecided.length === 0 ? true : undefined;
  });
});

afterAll(async () => {
  await removeProject(bundle);
  await docker(['image', 'rm', '-f', `${NAME}-checked`, `${NAME}:latest`]);
  discardFolders();
});

describe('a dependant', () => {
  it('starts within half a second of its dependency being ready, whatever the interval', async () => {
    const log = await logOf(bundle.container);
    const first = (member: string, word: string) => momentsOf(log, member, word)[0] ?? Number.NaN;
    const afterIt = (member: string, from: number) => (first(member, 'begun') - from) / 1000;
    const healthy = ['api', 'follower'].map((member) => afterIt(member, first('db', 'ready')));
    const completed = afterIt('migrated', first('migrate', 'done'));
    const all = [...healthy, completed];
    record('ready', 'dependants', Math.max(...all) <= 0.5, {
      'of one that is healthy, s': healthy.map((seconds) => seconds.toFixed(2)).join(', '),
      'of one that is done, s': completed.toFixed(2),
    });
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...all)).toBeLessThanOrEqual(patience(0.5));
  });

  it('of a database starts when the real server is ready, not that of its entrypoint', async () => {
    const log = await logOf(bundle.container);
    const [, ready] = /^database *\| ready ([\d.]+)$/m.exec(log) ?? [];
    const [, begun] = /^client *\| begun ([\d.]+)$/m.exec(log) ?? [];
    expect(Number(begun)).toBeGreaterThanOrEqual(Number(ready));
    // Long before Docker's first check, after the interval of 30 s.
    expect(Number(begun)).toBeLessThan(Number(ready) + patience(1));
  });

  it('of a dependency that failed fails with its name, unless it is not required', async () => {
    const { barred, optional } = await membersOf(bundle.container);
    expect(barred).toMatchObject({ state: 'rest', exitCode: 1 });
    expect(barred?.detail).toBe(
      'dependency failed to start: service "failing" didn\'t complete successfully: exit 7',
    );
    expect(optional?.state).toBe('running');
  });

  it('of one that fails again and again starts without it, where it is not required', async () => {
    const { ailing, regardless } = await membersOf(bundle.container);
    expect(regardless?.state).toBe('running');
    expect(ailing?.health).not.toBe('healthy');
  });

  it('of one that is unhealthy for a while waits, is told so, and ends nobody', async () => {
    const log = await logOf(bundle.container);
    expect(log).toContain('patient waits for recovering, which is unhealthy\n');
    const [begun = 0] = momentsOf(log, 'patient', 'begun');
    expect(begun).toBeGreaterThan(momentsOf(log, 'recovering', 'ready')[0] ?? Number.NaN);
    expect(momentsOf(log, 'recovering', 'start')).toHaveLength(1);
  });

  it('that asks for it is restarted with its dependency, when that is healthy again', async () => {
    await docker(['exec', bundle.container, 'bundle-restart', 'db']);
    const again = await eventually(
      'follower to begin again',
      async () => momentsOf(await logOf(bundle.container), 'follower', 'begun')[1],
    );
    const log = await logOf(bundle.container);
    const [, readyAgain = 0] = momentsOf(log, 'db', 'ready');
    expect(again).toBeGreaterThan(readyAgain);
    expect(momentsOf(log, 'api', 'begun')).toHaveLength(1);
  });
});

describe('a health check', () => {
  it('runs as the user, in the directory and with the environment of its member', async () => {
    const { shell } = await membersOf(bundle.container);
    expect(shell).toMatchObject({ health: 'healthy' });
    expect(shell?.checks.at(-1)).toMatchObject({ code: 0, output: 'www-data /var/tmp a value\n' });
  });

  it('that takes too long is killed with its children, and counts as failed', async () => {
    const { stuck } = await membersOf(bundle.container);
    expect(stuck).toMatchObject({ health: 'unhealthy', state: 'running' });
    expect(stuck?.checks.at(-1)).toMatchObject({ code: -1 });
    const count =
      'for p in /proc/[0-9]*; do tr "\\0" " " <$p/cmdline; echo; done 2>/dev/null | grep -c "^/act quiet fork sleep 61" || true';
    await eventually('the killed ones to be gone', async () =>
      Number(await inBundle(bundle.container, count)) <= 2 ? true : undefined,
    );
  });

  it('that is killed has failed once, and its member goes on', async () => {
    const { held: before } = await membersOf(bundle.container);
    await inBundle(bundle.container, 'rm /srv/held/go');
    const list =
      "for p in $(grep -lsz '^await$' /proc/[0-9]*/cmdline); do p=${p%/*}; grep -qx act $p/comm && echo ${p#/proc/}; done; true";
    const running = await eventually('a check that waits', async () => {
      const pid = (await inBundle(bundle.container, list)).trim();
      return pid === '' ? undefined : pid;
    });
    await inBundle(bundle.container, `kill -9 ${running}`);
    const heldIs = (what: string, isSo: (held: MemberState) => boolean) =>
      eventually(what, async () => {
        const { held } = await membersOf(bundle.container);
        return held && isSo(held) ? held : undefined;
      });
    const failed = await heldIs('its result', ({ failingStreak }) => failingStreak > 0);
    expect(failed).toMatchObject({ health: 'healthy', failingStreak: 1 });
    expect(failed.checks.at(-1)?.code).toBe(137);
    await inBundle(bundle.container, 'touch /srv/held/go');
    const well = await heldIs('the next result', ({ failingStreak }) => failingStreak === 0);
    expect(well.checks.filter(({ code }) => code !== 0)).toHaveLength(1);
    expect(well).toMatchObject({ state: 'running', restarts: 0, pid: before?.pid });
  });

  it('does not make unhealthy within the start period, and makes healthy at its first success', async () => {
    const log = await logOf(bundle.container);
    expect(log).toContain('bundle-shared: recovering is unhealthy\n');
    expect(log).not.toContain('warming is unhealthy');
    expect((await membersOf(bundle.container)).warming).toMatchObject({
      health: 'healthy',
      failingStreak: 0,
    });
    const [ready = Number.NaN] = momentsOf(log, 'warming', 'ready');
    const [begun = Number.NaN] = momentsOf(log, 'warmed', 'begun');
    expect(begun).toBeGreaterThanOrEqual(ready);
    expect((begun - ready) / 1000).toBeLessThanOrEqual(patience(1));
  });

  it('of an image is run, and is not when it is switched off', async () => {
    const { unasked, none, inherited } = await membersOf(bundle.container);
    expect(inherited?.health).toBe('healthy');
    expect(unasked).toMatchObject({ state: 'running', health: null });
    expect(none).toMatchObject({ state: 'running', health: null });
  });

  it('that fails makes the bundle unhealthy, and Docker says which member it was', async () => {
    const health = await eventually('the verdict of the Engine', async () => {
      const { stdout } = await docker(['inspect', '-f', '{{json .State.Health}}', bundle.container]);
      const { Status, Log } = JSON.parse(stdout) as { Status: string; Log: readonly { Output: string }[] };
      return Status === 'unhealthy' ? Log.map(({ Output }) => Output).join('') : undefined;
    });
    expect(health).toContain('stuck: running (unhealthy)');
    expect(health).toContain('failing: exited (7)');
  });
});

it('a member with an init leaves no zombies of the orphans that it made', async () => {
  await eventually('all of them to be made', async () =>
    momentsOf(await logOf(bundle.container), 'maker', 'made').length > 0 ? true : undefined,
  );
  const pid = (await membersOf(bundle.container)).maker?.pid;
  expect(await inBundle(bundle.container, `cat /proc/${pid}/comm`)).toBe('docker-init\n');
  await expectNoZombies(bundle.container, 'made by a member with an init, userns', 500, pid ?? Number.NaN);
});

describe('an operator', () => {
  it('finds a program that cannot start at rest with code 127, whatever its policy', async () => {
    const { absent } = await membersOf(bundle.container);
    expect(absent).toMatchObject({ state: 'rest', exitCode: 127, restarts: 0 });
  });

  it('can stop a member that waits for its next restart, and start it again', async () => {
    await eventually('looping to wait', async () => {
      const { looping } = await membersOf(bundle.container);
      if (looping?.state !== 'delayed' || looping.restarts <= 3) return undefined;
      // Its next start may come between two looks.
      const status = await inBundle(bundle.container, 'supervisorctl status looping || true');
      return status.includes('BACKOFF') ? true : undefined;
    });
    await inBundle(bundle.container, 'supervisorctl stop looping');
    const { looping: stopped } = await membersOf(bundle.container);
    expect(stopped?.state).toBe('stopped');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect((await membersOf(bundle.container)).looping?.restarts).toBe(stopped?.restarts);
    await inBundle(bundle.container, 'supervisorctl start looping || true');
    await eventually('looping to go on', async () => {
      const { looping } = await membersOf(bundle.container);
      return looping?.state !== 'stopped' ? true : undefined;
    });
  });

  it('begins the policy of a member anew by starting it', async () => {
    const starts = async () => momentsOf(await logOf(bundle.container), 'failing', 'start').length;
    expect(await starts()).toBe(2);
    await inBundle(bundle.container, 'supervisorctl start failing || true');
    await eventually('its restart', async () => ((await starts()) === 4 ? true : undefined));
  });

  it('runs a command as the member would, with its exit code and a terminal where there is one', async () => {
    expect((await inMember('shell', 'sh', '-c', 'id -un; pwd; echo "$KEY"')).stdout).toBe(
      'www-data\n/var/tmp\na value\n',
    );
    await expect(inMember('shell', 'sh', '-c', 'exit 42')).rejects.toMatchObject({ cause: { code: 42 } });
    const terminal = await docker([
      'exec',
      '-t',
      bundle.container,
      'bundle-exec',
      'shell',
      'sh',
      '-c',
      'test -t 0 && test -t 1 && echo yes',
    ]);
    // Of a command that ends at once, crun may write an empty line of its own around it to a terminal.
    expect(terminal.stdout).toMatch(/\byes\r?\n/);
    const more = await docker([
      ...['exec', bundle.container, 'bundle-exec', '-u', 'games', '-w', '/', '-e', 'MORE=x', 'shell'],
      ...['sh', '-c', 'id -un; pwd; echo "$KEY $MORE"'],
    ]);
    expect(more.stdout).toBe('games\n/\na value x\n');
    const other = await docker([
      ...['exec', bundle.container, 'bundle-exec', '-u', 'games', '-e', 'KEY', 'shell'],
      ...['sh', '-c', 'id -Gn; echo "${KEY-none}"'],
    ]);
    expect(other.stdout).toBe('games audio\nnone\n');
    const { stdout, stderr } = await inMember('shell', 'sh', '-c', 'yes | head -n 1');
    expect([stdout, stderr]).toEqual(['y\n', '']);
    await expect(inMember('failing', '/act')).rejects.toMatchObject({ cause: { code: 126 } });
  });

  it('who types to a member without stdin is told so, and nothing else happens', async () => {
    const { shell: before } = await membersOf(bundle.container);
    const program = `
from xmlrpc.client import Fault, ServerProxy
from supervisor.xmlrpc import SupervisorTransport
transport = SupervisorTransport(None, None, "unix:///run/supervisor.sock")
for _ in range(2):
    try: ServerProxy("http://127.0.0.1", transport=transport).supervisor.sendProcessStdin("shell", "x\\n")
    except Fault as fault: print(fault.faultString)`;
    const { stdout } = await docker(['exec', bundle.container, 'python3', '-c', program]);
    expect(stdout).toBe('NO_FILE: shell\nNO_FILE: shell\n');
    expect((await membersOf(bundle.container)).shell).toMatchObject({ state: 'running', pid: before?.pid });
  });

  it('reads the last lines of one member', async () => {
    const { stdout } = await docker(['exec', bundle.container, 'bundle-logs', '-n', '1', 'shell']);
    expect(stdout).toMatch(/^shell +\| second\n$/);
  });

  it('reads no line that is older than it asks for', async () => {
    const since = async (age: string) =>
      (await docker(['exec', bundle.container, 'bundle-logs', '--since', age, 'shell'])).stdout;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await since('1s')).toBe('');
    expect(await since('1h')).toMatch(/^shell +\| first\nshell +\| second\n$/);
  });

  it('sees state, health, restarts, memory and processor time per member', async () => {
    const { db, looping, shell } = await membersOf(bundle.container);
    expect(db).toMatchObject({ state: 'running', health: 'healthy', exitCode: expect.any(Number) });
    expect(db?.memoryBytes).toBeGreaterThan(100_000);
    expect(db?.cpuSeconds).toBeGreaterThanOrEqual(0);
    // Its shell starts a program ten times a second.
    expect(shell?.cpuSeconds).toBeGreaterThan(0.05);
    const seconds = shell?.uptimeSeconds ?? Number.NaN;
    expect(seconds).toBeGreaterThan(1);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const later = (await membersOf(bundle.container)).shell?.uptimeSeconds ?? Number.NaN;
    expect(later - seconds).toBeGreaterThanOrEqual(1);
    expect(later - seconds).toBeLessThanOrEqual(patience(5));
    expect(looping?.state === 'running' ? null : looping?.uptimeSeconds).toBeNull();
    expect(looping?.restarts).toBeGreaterThan(2);
  });

  it('can reload supervisord: all members stop and start anew', async () => {
    await inBundle(bundle.container, 'supervisorctl reload');
    await eventually('db to be ready for the third time', async () =>
      momentsOf(await logOf(bundle.container), 'db', 'ready').length === 3 ? true : undefined,
    );
    expect((await membersOf(bundle.container)).db).toMatchObject({ state: 'running', restarts: 0 });
  });
});
