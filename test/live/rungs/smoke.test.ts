import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import type { MemberState } from '../life/bundle-state.js';
import { patience } from '../life/patience.js';
import { record } from '../life/scorecard.js';
import { expectNoZombies } from '../life/zombies.js';

const NOTHING = ['-f', 'test/live/projects/nothing-granted.yaml'];

interface Status extends MemberState {
  readonly rung: string;
}

describe.each([
  { rung: 'sys-admin', allow: ['sys-admin'] as const, override: [] },
  { rung: 'chroot', allow: [] as const, override: NOTHING },
])('a bundle on rung $rung', ({ rung, allow, override }) => {
  const project = `bundle-shared-test-smoke-${rung}`;
  const bundle = `${project}-bundle-1`;
  let file = '';
  const compose = (...words: readonly string[]) =>
    docker(['compose', '-f', file, ...override, '-p', project, ...words]);
  const outside = async (...words: readonly string[]) => (await docker(['exec', bundle, ...words])).stdout;
  const inside = (member: string, ...words: readonly string[]) =>
    outside('bundle-exec', '-T', member, ...words);
  const logs = async () => {
    const { stdout, stderr } = await docker(['logs', bundle]);
    return `${stdout}${stderr}`;
  };
  const statusOf = async (member: string) =>
    (JSON.parse(await outside('bundle-status', '--json')) as Status[]).find((one) => one.member === member);

  /** Waits until the log has a text so many times: who runs need not have come to where it says it, and sets its traps. */
  const saidTimes = (text: string, times: number) =>
    eventually(`"${text}", ${times} times`, async () =>
      (await logs()).split(text).length > times ? true : undefined,
    );

  beforeAll(async () => {
    const made = await bundleOf('test/live/projects/smoke/compose.yaml', { tag: `${project}:latest`, allow });
    file = `${made.output}/compose.yaml`;
    await compose('up', '-d', '--wait', '--wait-timeout', '400');
    await saidTimes('to stderr by name', 1);
  });

  afterAll(async () => {
    await compose('down', '-v', '-t', '5');
    discardFolders();
  });

  it('runs on that rung', async () => expect((await statusOf('last'))?.rung).toBe(rung));

  it('starts its members as their conditions come true', async () =>
    expect(await logs()).toMatch(/first is ready[\s\S]*once is done[\s\S]*last has started/));

  it('has its one-shot at rest with code 0', async () =>
    expect(await statusOf('once')).toMatchObject({ state: 'rest', exitCode: 0 }));

  it('passes arguments byte for byte', async () =>
    expect(await logs()).toContain('last  | last has started with a "b" $c\n'));

  it('gives what is written to /dev/stderr by name its name', async () => {
    const hasName = (await logs()).includes('last  | to stderr by name\n');
    record('S10', `to /dev/stderr by name, ${rung}`, hasName, { 'lines with the name': Number(hasName) });
    expect(hasName).toBe(true);
  });

  it('ends a line that the program did not end', async () =>
    expect(await logs()).toContain('once  | once is done\n'));

  it('runs a member as its user, with its groups', async () => {
    expect(await inside('last', 'id', '-un')).toBe('games\n');
    expect(await inside('last', 'id', '-Gn')).toContain('audio');
  });

  it('gives a member its environment and no other', async () => {
    const env = (await inside('last', 'env')).split('\n');
    expect(env).toEqual(expect.arrayContaining(['OWN=last-only', 'SPACED= a b ', 'HOME=/usr/games']));
    expect(env.filter((line) => /FIRST__|LAST__|BUNDLE_|first-only/.test(line))).toEqual([]);
  });

  it('makes the working directory', async () => expect(await inside('last', 'pwd')).toBe('/work/here\n'));

  it('gives a member its host name', async () =>
    expect(await inside('last', 'cat', '/etc/hostname')).toBe('last-host\n'));

  it('leaves a file of the user where it would put one of its own', async () => {
    const theirs = readFileSync('test/live/projects/smoke/hosts', 'utf8');
    expect(theirs).toBe('192.0.2.1 of-the-user\n');
    expect(await inside('first', 'cat', '/etc/hosts')).toBe(theirs);
  });

  it('ends to wait for a member that will not start any more', async () => {
    const hook = inside('--wait', '600', 'once', 'true');
    await expect(hook).rejects.toThrow('member "once" does not run');
  });

  it('lets siblings be found by name, on the address of the bundle', async () => {
    const found = await inside('last', 'getent', 'hosts', 'first');
    expect(found).toMatch(/^\d+\.\d+\.\d+\.\d+ /);
    expect(found).not.toMatch(/^127\./);
  });

  it('shares a volume between the members that mount it, read-only where asked', async () => {
    expect(await inside('last', 'cat', '/data/migrated')).toBe('migrated\n');
    await expect(inside('last', 'touch', '/data/mine')).rejects.toThrow(/Read-only|denied/);
  });

  it('has the tmpfs, with its mode, and the devices of a container', async () => {
    expect(await inside('first', 'stat', '-c', '%a', '/dev/shm')).toBe('1777\n');
    expect(await inside('last', 'stat', '-c', '%a', '/scratch')).toBe('1770\n');
    expect(await inside('last', 'stat', '-c', '%a', '/deep/in', '/deep/in/plain')).toBe('755\n1777\n');
    const devices =
      'head -c 4 /dev/urandom | wc -c; echo x > /dev/null; : > /dev/shm/x; head -c 1 /dev/zero | wc -c';
    expect(await inside('last', 'sh', '-c', devices)).toBe('4\n1\n');
  });

  it('keeps a member of one user from the processes and files of another', async () => {
    const pid = (await statusOf('first'))?.pid;
    const attempts = [
      `kill -0 ${pid}`,
      // On the other rung that is the member itself.
      ...(rung === 'chroot' ? ['kill -0 1'] : []),
      `grep -a first-only /proc/${pid}/environ`,
      'grep -a first-only /proc/1/environ',
      ...['/srv/first', '/run/supervisor.sock', '/run/bundle', '/etc/bundle', `/proc/${pid}/root/`].map(
        (path) => `ls ${path}`,
      ),
    ];
    const script = attempts.map((attempt) => `${attempt} >/dev/null 2>&1 && echo "${attempt}"`).join('; ');
    const succeeded = (await inside('last', 'sh', '-c', `${script}; true`)).split('\n').filter(Boolean);
    record('S5', `another user, ${rung}`, succeeded.length === 0, {
      attempts: attempts.length,
      'of them succeeded': succeeded.length,
    });
    expect(succeeded).toEqual([]);
    // Where nothing is in the way they do, but for what stands in the environment of init.
    const proven = (await outside('sh', '-c', `${script}; true`)).split('\n').filter(Boolean);
    expect(proven).toEqual(expect.arrayContaining(attempts.filter((one) => !one.includes('/1/environ'))));
  });

  it('lets members of one user signal and trace each other, and root signal all, on rung chroot alone', async () => {
    const [first, twin] = [(await statusOf('first'))?.pid, (await statusOf('twin'))?.pid];
    const PTRACE_ATTACH = 'syscall(101, 16, $pid, 0, 0)';
    const attempts = `for my $pid (@ARGV) { print kill(0, $pid) ? "signalled" : "-", ${PTRACE_ATTACH} == 0 ? " traced\n" : " -\n" }`;
    const told = await inside('last', 'perl', '-e', attempts, `${first}`, `${twin}`);
    expect(told).toBe(rung === 'chroot' ? '- -\nsignalled traced\n' : '- -\n- -\n');
    const root = await inside('first', 'perl', '-e', attempts, `${twin}`);
    expect(root).toBe(rung === 'chroot' ? 'signalled -\n' : '- -\n');
  });

  it('kills a health check that takes too long with what it started, and asks again', async () => {
    const twin = await statusOf('twin');
    expect(twin).toMatchObject({ state: 'running', health: 'healthy', failingStreak: 0 });
    expect(twin?.checks).toMatchObject([
      { code: -1, output: 'Health check exceeded timeout' },
      { code: 0, output: '' },
    ]);
    await eventually('what it started to be gone', async () =>
      (await outside('sh', '-c', "grep -lsz '^6[12]$' /proc/[0-9]*/cmdline; true")) === '' ? true : undefined,
    );
  });

  it('leaves no zombie of orphans that a member made', async () => {
    await saidTimes('all are made', 1);
    await expectNoZombies(bundle, `made by a member with an init, ${rung}`, 500);
  });

  it('gives the exit code of a command run in a member', async () => {
    const code = await outside('sh', '-c', 'bundle-exec -T last sh -c "exit 42"; echo $?');
    expect(code).toBe('42\n');
  });

  it.each([
    ['no such program', 'nosuch', 127],
    ['no such file', '/no/such', 127],
    ['a file that is no program', '/etc/passwd', 126],
    ['a folder', '/etc', 126],
    ['a program of another user’s own', '/srv/mine', 126],
    ['no such working directory', '-w /no/such last true', 126],
    ['no such user', '-u nosuch last true', 126],
    ['a program that the member has put on a tmpfs of its own', '/tools/three', 3],
    // A tmpfs without `exec`, which a folder cannot be.
    ['a program where none may be', '/deep/in/plain/three', rung === 'chroot' ? 3 : 126],
  ])('gives the exit code that Docker gives for %s', async (_, word, wanted) => {
    const script =
      'for i in /tools/three /deep/in/plain/three; do printf "#!/bin/sh\nexit 3\n" > $i && chmod 755 $i; done';
    await inside('last', 'sh', '-c', script);
    await outside('bundle-exec', '-T', '-u', '0', 'last', 'install', '-m', '700', '/bin/true', '/srv/mine');
    const words = word.startsWith('-') ? word : `last ${word}`;
    const code = await outside('sh', '-c', `bundle-exec -T ${words} 2>/dev/null; echo $?`);
    expect(code).toBe(`${wanted}\n`);
  });

  it.each([
    ['the home of the user that it runs as', '-u root last', '/root'],
    ['the home of the member’s user', 'last', '/usr/games'],
    ['what is asked for', '-u root -e HOME=/mine last', '/mine'],
    ['what the service says, whoever runs it', '-u root twin', '/kept'],
  ])('gives a command as HOME %s', async (_, words, home) =>
    expect(await outside('sh', '-c', `bundle-exec -T ${words} sh -c 'echo $HOME'`)).toBe(`${home}\n`),
  );

  it('shows the log of one member', async () => {
    const log = await outside('bundle-logs', 'first');
    expect(log).toContain('first is ready');
    expect(log).not.toContain('last has started');
  });

  it('restarts one member alone', async () => {
    const [first, last] = [await statusOf('first'), await statusOf('last')];
    await outside('bundle-restart', 'first');
    const after = await eventually('a new process', async () => {
      const now = await statusOf('first');
      return now?.state === 'running' && now.pid !== first?.pid ? now : undefined;
    });
    expect(after.state).toBe('running');
    expect((await statusOf('last'))?.pid).toBe(last?.pid);
  });

  it('brings a killed member back by its policy', async () => {
    const before = await statusOf('first');
    await outside('sh', '-c', `kill -9 ${before?.pid}`);
    await eventually('the member to be back', async () => {
      const now = await statusOf('first');
      return now?.state === 'running' && now.pid !== before?.pid ? true : undefined;
    });
    await saidTimes('first is ready', 3);
  });

  it('stops in reverse order of start, within the grace, with code 0, and starts again', async () => {
    const began = Date.now();
    await docker(['stop', bundle]);
    expect((Date.now() - began) / 1000).toBeLessThan(patience(8));
    expect(await logs()).toMatch(/last stops[\s\S]*first stops/);
    const { stdout } = await docker(['inspect', '-f', '{{.State.ExitCode}}', bundle]);
    expect(stdout.trim()).toBe('0');
    await compose('up', '-d', '--wait', '--wait-timeout', '400');
    expect(await inside('last', 'cat', '/data/migrated')).toBe('migrated\n');
  });

  it('ends with the code of a critical member that ends', async () => {
    // Or the Engine would start it again, as the members' policies ask.
    await docker(['update', '--restart', 'no', bundle]);
    await saidTimes('to stderr by name', 2);
    const pid = (await statusOf('last'))?.pid;
    await outside('sh', '-c', `kill -USR1 ${pid}`);
    const { stdout } = await docker(['wait', bundle]);
    expect(stdout.trim()).toBe('42');
  });
});
