/** Faults and hardened containers: nothing is lost in silence. */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { discardFolders, temporaryFolder } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { actImage, type Bundled, bundleAct, writeProject } from './act.js';
import { atATime } from './at-a-time.js';
import { containerState, inBundle, logOf, type MemberState, membersOf, momentsOf } from './bundle-state.js';
import { patience } from './patience.js';
import { type Measured, quantile, record } from './scorecard.js';
import { sized } from './soak.js';

const NAME = 'bundle-shared-test-faults';
const more = { 'x-bundle': { critical: false } };
/** Where a container that is read-only can be written. */
const READY = '/dev/shm/ready';
const project = writeProject(NAME, {
  steady: {
    does: `touch ${READY} on TERM 0 pause`,
    restart: 'always',
    healthcheck: { test: ['CMD', '/act', 'quiet', 'await', READY], interval: '1s', timeout: '5s' },
    oom_score_adj: 10,
    ...more,
  },
  looping: { does: 'exit 1', restart: 'always', ...more },
  chatty: { does: 'flood 100 2000 1000000000', restart: 'always', ...more },
  variable: { does: '', command: '${VARIABLE:-pause}', stop_grace_period: '3s', ...more },
  other: {
    does: 'on TERM 0 pause',
    user: '1:1',
    restart: 'always',
    depends_on: { late: { condition: 'service_started', restart: true } },
    ...more,
  },
  offered: { does: '', command: '${OFFERED:-pause}', oom_score_adj: 1000, ...more },
  late: { does: 'env LATE on TERM 0 pause', env_file: 'late.env', restart: 'always', ...more },
});
writeFileSync(join(dirname(project.file), 'late.env'), 'LATE=early\n');
const CALM = ['greedy', 'calm1', 'calm2', 'calm3', 'calm4', 'calm5', 'calm6'];
let bundle: Bundled;
let calm: Bundled;
let count = 0;
const begun: string[] = [];

/** A container of a bundle with more options of `docker run`. */
async function run(
  bundled: Bundled,
  options: readonly string[],
  grant = ['--security-opt', `seccomp=${bundled.made.output}/seccomp.json`],
): Promise<string> {
  count += 1;
  const container = `${NAME}-${count}`;
  begun.push(container);
  await docker(['run', '-d', '--name', container, ...grant, ...options, `${bundled.name}:latest`]);
  return container;
}

/** The same of the one with all kinds of members, two of them with a command for each container. */
function start(
  options: readonly string[],
  does = 'on TERM 0 pause',
  offered = 'pause',
  grant?: string[],
): Promise<string> {
  const variable = ['-e', `VARIABLE__BUNDLE_COMMAND=${does}`, '-e', `OFFERED__BUNDLE_COMMAND=${offered}`];
  return run(bundle, [...variable, ...options], grant);
}

/** Members, as soon as `isSo` holds for them. */
async function until(
  container: string,
  isSo: (members: Readonly<Record<string, MemberState>>) => boolean,
): Promise<Readonly<Record<string, MemberState>>> {
  try {
    return await eventually('members to be as they should', async () => {
      const members = await membersOf(container).catch(() => undefined);
      return members !== undefined && isSo(members) ? members : undefined;
    });
  } catch (error) {
    throw new Error(`${String(error)}\n${(await logOf(container)).slice(0, 3000)}`, { cause: error });
  }
}

const LASTING = ['steady', 'chatty', 'variable', 'other', 'offered', 'late'];
const allRun = (members: Readonly<Record<string, MemberState>>) =>
  isWell(members) && LASTING.every((name) => members[name]?.state === 'running');
const isWell = (members: Readonly<Record<string, MemberState>>) =>
  members.steady?.health === 'healthy' && members.variable?.state === 'running';

beforeAll(async () => {
  await actImage();
  bundle = await bundleAct(project);
  const does = (name: string) => (name === 'greedy' ? 'await /go eat 300 pause' : 'on TERM 0 pause');
  const members = CALM.map((name) => [name, { does: does(name), ...more }]);
  calm = await bundleAct(writeProject(`${NAME}-calm`, Object.fromEntries(members)));
});

afterEach(async () => {
  await docker(['rm', '-f', ...begun.splice(0)]);
});

afterAll(async () => {
  await docker(['image', 'rm', '-f', `${NAME}:latest`, `${NAME}-calm:latest`]);
  discardFolders();
});

/** What comes of `look`, which gives what it saw, is a part of S7. */
async function hardened(part: string, look: () => Promise<Measured['observed']>): Promise<void> {
  let seen: Measured['observed'] | undefined;
  try {
    seen = await look();
  } finally {
    record('S7', part, seen !== undefined, seen ?? { seen: 'something else' });
  }
}

/** The end of a container that cannot run, and what it says of that in words in brackets. */
async function refusal(container: string, words: RegExp): Promise<Measured['observed']> {
  await docker(['wait', container]);
  expect((await containerState(container)).code).toBe(126);
  const log = await logOf(container);
  expect(log).toMatch(words);
  return { code: 126, says: words.exec(log)?.[1] ?? '' };
}

describe('a hardened container', () => {
  it.each([
    { name: 'read-only', options: ['--read-only', '--tmpfs', '/run'] },
    { name: 'no-new-privileges', options: ['--security-opt', 'no-new-privileges'] },
    { name: 'at most 200 processes', options: ['--pids-limit', '200'] },
    { name: 'at most 60 processes', options: ['--pids-limit', '60'] },
    {
      name: 'few files and processes of a user',
      options: ['--ulimit', 'nofile=512', '--ulimit', 'nproc=150'],
    },
    { name: '64 MB of memory', options: ['-m', '64m', '--memory-swap', '64m'] },
  ])('runs its members: $name', async ({ name, options }) => {
    await hardened(name, async () => {
      const members = await until(await start(options), allRun);
      const restarts = LASTING.reduce((sum, one) => sum + (members[one]?.restarts ?? 0), 0);
      expect(restarts).toBe(0);
      return { 'members that run': LASTING.length, 'of them restarted': restarts };
    });
  });

  it('that the kernel ends rather than others runs its members, and says what they cannot have', async () => {
    const container = await start(['--oom-score-adj', '500']);
    const { steady } = await until(container, isWell);
    expect(await inBundle(container, `cat /proc/${steady?.pid}/oom_score_adj`)).toBe('500\n');
    expect(await logOf(container)).toMatch(
      /steady *\| bundle-shared: oom_score_adj is that of the container, 500/,
    );
  });

  it('without room for a process goes on with its policies, and has its members when there is', async () => {
    const container = await start(['--pids-limit', '4'], 'exit 3');
    // Of init's own fork, or of that of crun.
    const words = /^(steady|chatty|other|late) +\| .*(Too many processes|Resource temporarily unavailable)/m;
    const found = await eventually('a member that finds no room, or the end', async () => {
      const log = await logOf(container);
      const isOver = (await containerState(container)).status !== 'running';
      return words.test(log) || isOver ? { log, isOver } : undefined;
    });
    expect(found.isOver, found.log).toBe(false);
    await docker(['update', '--pids-limit', '200', container]);
    await until(container, ({ steady, chatty, other, late }) =>
      [steady, chatty, other, late].every((member) => member?.state === 'running'),
    );
  });

  const capabilities = ['CHOWN', 'KILL', 'SETFCAP', 'SETGID', 'SETUID'];
  const only = (names: readonly string[]) => [
    '--cap-drop',
    'ALL',
    ...names.flatMap((name) => ['--cap-add', name]),
  ];

  it('with five capabilities and no more runs its members, and stops those of other users', async () => {
    await hardened('five capabilities', async () => {
      const container = await start(only(capabilities), 'on TERM 7 pause');
      const { other } = await until(container, allRun);
      expect(await inBundle(container, `stat -c %u /proc/${other?.pid}`)).toBe('1\n');
      await inBundle(container, 'supervisorctl signal TERM other');
      await eventually('the signal to arrive', async () =>
        /^other +\| signal 15$/m.test(await logOf(container)) ? true : undefined,
      );
      return { 'members that run': LASTING.length };
    });
  });

  it.each([...capabilities, 'all of them'])(
    'without %s says so, member by member, and ends',
    async (name) => {
      const container = await start(
        only(capabilities.filter((one) => one !== name && name !== 'all of them')),
      );
      const missing = name === 'all of them' ? 'CAP_CHOWN, CAP_KILL, CAP_SETGID, CAP_SETUID' : `CAP_${name}`;
      const says = new RegExp(`steady cannot start: .*userns: (${missing} dropped)`);
      await hardened(`without ${name}`, () => refusal(container, says));
    },
  );

  it('as another user than root is refused with the way out', async () => {
    const container = await start(['--user', '1000']);
    await hardened('another user', () => refusal(container, /(drop --user)/));
  });

  it('that is read-only without a place for state is refused with the way out', async () => {
    const container = await start(['--read-only']);
    await hardened('read-only, no place for state', () => refusal(container, /(--tmpfs \/run)/));
  });

  it('that is read-only and grants no more than a chroot says so, member by member, and ends', async () => {
    const container = `${NAME}-chroot`;
    begun.push(container);
    await docker(['run', '-d', '--name', container, '--read-only', '--tmpfs', '/run', `${NAME}:latest`]);
    await hardened('read-only, rung chroot', () =>
      refusal(container, /^steady +\| .*steady cannot start: .*(Read-only file system)/m),
    );
  });
});

describe('a fault of one member', () => {
  // In a bundle where nobody else asks for memory meanwhile: while the kernel takes back that of the one that it ended, it
  // ends the next largest for whoever wants some, which may be init (23 MB).
  it.each(['64m', '128m'])('out of memory ends that member with 137, and no other: %s', async (limit) => {
    await hardened(`out of memory, ${limit}`, async () => {
      const container = await run(calm, ['-m', limit, '--memory-swap', limit]);
      await until(container, (members) => CALM.every((name) => members[name]?.state === 'running'));
      await inBundle(container, 'touch /srv/greedy/go');
      await eventually('its end', async () =>
        /^bundle-shared: greedy exited/m.test(await logOf(container)) ? true : undefined,
      );
      const members = await until(container, ({ greedy }) => greedy?.state === 'rest');
      expect(members.greedy?.exitCode).toBe(137);
      for (const name of CALM.slice(1))
        expect(members[name]).toMatchObject({ state: 'running', restarts: 0 });
      return { 'code of the greedy one': 137, 'others touched': 0 };
    });
  });

  it.each([
    { greedy: 'offered', other: 'variable', has: 60 },
    { greedy: 'variable', other: 'offered', has: 30 },
  ] as const)(
    'out of memory ends the member with the highest oom_score_adj, where $greedy is greedy',
    async ({ greedy, other, has }) => {
      const does = { [greedy]: 'await /go eat 300 pause', [other]: `eat ${has} pause` };
      const container = await start(['-m', '160m', '--memory-swap', '160m'], does.variable, does.offered);
      await until(container, (members) => (members[other]?.memoryBytes ?? 0) >= has * 1e6);
      await inBundle(container, `touch /srv/${greedy}/go`);
      const members = await until(container, ({ offered }) => offered?.state === 'rest');
      expect(members.offered?.exitCode).toBe(137);
      expect(members.steady).toMatchObject({ state: 'running', restarts: 0 });
      if (greedy === 'offered') expect(members.variable).toMatchObject({ state: 'running', restarts: 0 });
    },
  );

  /** A container in which a file of `late` is a pipe that nobody has written to yet. */
  async function startWithPipe(): Promise<{ readonly container: string; readonly pipe: string }> {
    const pipe = join(temporaryFolder(), 'late.env');
    execFileSync('mkfifo', [pipe]);
    const container = await start(['-v', `${pipe}:/run/bundle/env/late/0`]);
    await until(container, (members) => isWell(members) && members.late?.state === 'starting');
    return { container, pipe };
  }

  /** Writes to the pipe until `late` runs: once for who was given up, once for who reads it anew. */
  const arrive = (container: string, pipe: string) =>
    eventually('the member to start', async () => {
      const write = promisify(execFile)('timeout', ['2', 'sh', '-c', `echo LATE=arrived >${pipe}`]);
      await write.catch(() => undefined);
      return (await membersOf(container)).late?.state === 'running' ? true : undefined;
    });

  it('files that keep their reader waiting delay that member, and no other', async () => {
    const { container, pipe } = await startWithPipe();
    await inBundle(container, `kill -9 ${(await membersOf(container)).steady?.pid}`);
    await until(container, ({ steady }) => steady?.state === 'running' && steady.restarts === 1);
    await inBundle(container, 'supervisorctl stop late');
    expect((await membersOf(container)).late?.state).toBe('stopped');
    await docker(['exec', '-d', container, 'supervisorctl', 'start', 'late']);
    await until(container, ({ late }) => late?.state === 'starting');
    await arrive(container, pipe);
    const log = await logOf(container);
    expect(log).toMatch(/^late +\| LATE=arrived$/m);
    expect(momentsOf(log, 'late', 'start')).toHaveLength(1);
  });

  it('a dependant is restarted when what it depends on has started anew, not before', async () => {
    const { container, pipe } = await startWithPipe();
    await arrive(container, pipe);
    const { other: before } = await until(container, ({ other }) => other?.state === 'running');
    await docker(['exec', '-d', container, 'bundle-restart', 'late']);
    await until(container, ({ late }) => late?.state === 'starting');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await membersOf(container)).other?.pid).toBe(before?.pid);
    await arrive(container, pipe);
    await until(container, ({ other }) => other?.state === 'running' && other.pid !== before?.pid);
  });

  it('files that keep their reader waiting do not keep the container from stopping', async () => {
    const { container } = await startWithPipe();
    await docker(['stop', container]);
    expect((await containerState(container)).code).toBe(0); // not 137, of the Engine after 10 s
  });

  it('a start while it is being stopped is refused, and the stop goes on', async () => {
    // Of the two with a command for each container the one with ten seconds of grace: on a busy machine three are soon over.
    const container = await start([], 'pause', 'ignore TERM pause');
    await until(container, isWell);
    await docker(['exec', '-d', container, 'supervisorctl', 'stop', 'offered']);
    await eventually('the stop to begin', async () =>
      (await inBundle(container, 'supervisorctl status offered; true')).includes('STOPPING')
        ? true
        : undefined,
    );
    expect(await inBundle(container, 'supervisorctl start offered; true')).toContain('ERROR');
    const members = await until(container, ({ offered }) => offered?.state === 'stopped');
    expect(members.offered?.exitCode).toBe(137);
    await inBundle(container, 'supervisorctl start offered');
    await until(container, ({ offered }) => offered?.state === 'running');
  });

  it('a tree of a thousand processes is looked at and ended like any other', async () => {
    const container = await start([], 'ignore TERM nest 1100 pause');
    const count = async () =>
      Number(await inBundle(container, "grep -lsz '^nest$' /proc/[0-9]*/cmdline | wc -l"));
    await eventually('all to be there', async () => ((await count()) > 1100 ? true : undefined));
    expect((await membersOf(container)).variable?.state).toBe('running');
    await inBundle(container, 'supervisorctl stop variable');
    expect((await membersOf(container)).variable).toMatchObject({ state: 'stopped', exitCode: 137 });
    await eventually('all to be gone', async () => ((await count()) === 0 ? true : undefined));
  });

  it('a member that supervisorctl would take away or put in stays, and the way out is said', async () => {
    const container = await start([]);
    const { variable: before } = await until(container, isWell);
    const ask = (words: string) => inBundle(container, `supervisorctl ${words} 2>&1; true`);
    expect(await ask('update')).toBe('');
    await inBundle(container, 'sed -i s/^stopwaitsecs=.*/stopwaitsecs=77/ /etc/supervisor/supervisord.conf');
    for (const words of ['reread', 'update', 'remove variable'])
      expect(await ask(words)).toContain('supervisorctl reload');
    expect((await membersOf(container)).variable).toMatchObject({ state: 'running', pid: before?.pid });
    await ask('stop variable');
    expect(await ask('remove variable')).toContain('supervisorctl reload');
    expect(await ask('add variable')).toContain('already active');
    await ask('start variable');
    await until(container, isWell);
  });

  it('a full disk is that member’s own trouble', async () => {
    const container = await start(['--tmpfs', '/srv/variable/data:size=1m'], 'fill /data/x on TERM 0 pause');
    await until(container, isWell);
    await eventually('the member to say so', async () =>
      /variable *\| full: No space left on device/.test(await logOf(container)) ? true : undefined,
    );
    const members = await until(container, allRun);
    for (const name of LASTING) expect(members[name]).toMatchObject({ state: 'running', restarts: 0 });
  });

  it('a full disk under the state of the bundle makes it unhealthy, not dead', async () => {
    const container = await start(['--tmpfs', '/run/bundle:size=1m']);
    const { steady } = await until(container, isWell);
    await inBundle(container, 'head -c 2000000 /dev/zero >/run/bundle/filler; true').catch(() => '');
    await inBundle(container, `kill -9 ${steady?.pid}`);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await containerState(container)).status).toBe('running');
    await expect(inBundle(container, 'bundle-status --health')).rejects.toThrow();
    await inBundle(container, 'rm /run/bundle/filler');
    await until(container, isWell);
    await eventually('the health file to be right again', async () =>
      (await inBundle(container, 'cat /run/bundle/health')).includes('steady: running (healthy)')
        ? true
        : undefined,
    );
  });
});

describe('an error in the runtime’s own code ends the container, it never goes on without a policy', () => {
  const places = [
    ...['step', '_observe', '_ended', '_advance', 'spawn', '_ask', 'timeout', 'kill'].map(
      (name) => `conduct.Conductor.${name}`,
    ),
    ...['transition', 'finish', 'spawn', '_be_born', '_give_birth'].map(
      (name) => `processes.MemberProcess.${name}`,
    ),
    ...['_wait', '_reap_all', 'take_signals'].map((name) => `supervision.BundleSupervisor.${name}`),
    ...['_log', 'drain'].map((name) => `lines.LineSource.${name}`),
    'lines.Fifo.handle_read_event',
    'report.Report.write',
    'throttle.Throttle.next_delay',
    ...['begin', 'finish'].map((name) => `health.Health.${name}`),
    ...['_read', '_ended', 'expire'].map((name) => `checks.Check.${name}`),
    ...['write', 'flush'].map((name) => `output.Output.${name}`),
    'output.Ring.append',
    'prefix.LinePrefixer.feed',
    'gates.decide',
    'restart.Restart.step',
    'shutdown.Shutdown.step',
  ];
  /** What has to be done that the place is come to; in all others members and their checks see to it. */
  const driven: Readonly<Record<string, (container: string) => Promise<unknown>>> = {
    'conduct.Conductor.kill': (container) => docker(['kill', '-s', 'TERM', container]),
    'shutdown.Shutdown.step': (container) => docker(['kill', '-s', 'TERM', container]),
    'gates.decide': (container) => docker(['exec', '-d', container, 'bundle-restart', 'steady']),
    'restart.Restart.step': (container) => docker(['exec', '-d', container, 'bundle-restart', 'steady']),
    'checks.Check.expire': (container) =>
      docker(['exec', container, 'bundle-exec', '-T', 'steady', '/act', 'quiet', 'remove', READY]),
    'lines.Fifo.handle_read_event': (container) => inBundle(container, 'echo >/srv/steady/dev/stdout'),
  };
  let broken = '';

  beforeAll(() => {
    broken = join(temporaryFolder(), 'bundle-init');
    writeFileSync(
      broken,
      `#!/usr/bin/python3 -IBS
import importlib, os, sys, time
sys.path[:0] = ["/usr/lib/bundle-shared", "/usr/lib/python3/dist-packages"]
import init
module, *owners, name = os.environ["BREAK"].split(".")
owner = importlib.import_module(module)
for word in owners: owner = getattr(owner, word)
plain, began = getattr(owner, name), time.monotonic()
def breaks(*args, **kwargs):
    if time.monotonic() - began > 1.0:
        os.write(2, b"injected at %d\\n" % (time.time() * 1000))
        raise RuntimeError("injected")
    return plain(*args, **kwargs)
setattr(owner, name, breaks)
init.main()
`,
    );
    chmodSync(broken, 0o755);
  });

  /** How it ended, and how many seconds after the error. */
  async function endOf(place: string): Promise<readonly [end: string, seconds: number]> {
    const mount = `${broken}:/usr/lib/bundle-shared/bin/bundle-init:ro`;
    // Only members on rung chroot have a name for their output that is the runtime's.
    const grant = place.includes('.Fifo.') ? [] : undefined;
    const container = await start(['-v', mount, '-e', `BREAK=${place}`], undefined, undefined, grant);
    if (driven[place]) {
      await until(container, ({ steady }) => steady?.state === 'running');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await driven[place](container);
    }
    const ended = await docker(['wait', container], { timeoutMs: 120_000 }).catch(() => ({ stdout: '?' }));
    const log = await logOf(container);
    const said = /RuntimeError: injected/.test(log) ? 'said' : 'silent';
    const { stdout: finished } = await docker(['inspect', '-f', '{{.State.FinishedAt}}', container]);
    await docker(['rm', '-f', container]);
    const seconds = (Date.parse(finished.trim()) - Number(/^injected at (\d+)$/m.exec(log)?.[1])) / 1000;
    return [`${ended.stdout.trim()}, ${said}`, seconds];
  }

  it('in every callback', async () => {
    const wrong: string[] = [];
    const took: number[] = [];
    // A soak measures how long one takes.
    await atATime(sized(1, 4), places, async (place) => {
      const [end, seconds] = await endOf(place);
      if (end !== '70, said') wrong.push(`${place}: ${end}`);
      took.push(seconds);
    });
    const longest = Math.max(...took);
    record('R14', 'errors', wrong.length === 0 && longest <= 3, {
      ended: `${places.length - wrong.length} of ${places.length}`,
      'from the error to the end, median, s': quantile(took, 0.5).toFixed(2),
      'at most, s': longest.toFixed(2),
    });
    expect(wrong).toEqual([]);
    expect(longest).toBeLessThanOrEqual(patience(3));
  });
});
