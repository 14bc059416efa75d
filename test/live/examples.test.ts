/** Both example stacks: first as containers of their own, then as one bundle, asked the same; then a bundle's life. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders, type Made } from './bundles.js';
import { docker, eventually } from './docker.js';
import { askAmongShop, type RunIn } from './probes/ask-among-shop.js';
import { askMixed, mixedPorts } from './probes/ask-mixed.js';
import { askShop, shopPorts } from './probes/ask-shop.js';
import { withoutBeyondChroot } from './probes/beyond-chroot.js';
import { composeDown, composeExec, composeUp, type Stack } from './stacks.js';

const examples = [
  {
    name: 'shop',
    ask: async (runIn: RunIn) => ({ ...(await askShop(shopPorts)), among: await askAmongShop(runIn) }),
  },
  { name: 'mixed', ask: () => askMixed(mixedPorts) },
] as const;

function bundleStack(name: string, made: Made): Stack {
  return { dir: made.output, project: `bundle-shared-test-${name}`, file: `${made.output}/compose.yaml` };
}

interface MemberStatus {
  readonly member: string;
  readonly state: string;
  readonly restarts: number;
  readonly pid: number | null;
  readonly rung: string;
}

async function statusesOf(container: string): Promise<readonly MemberStatus[]> {
  const { stdout } = await docker(['exec', container, 'bundle-status', '--json']);
  return JSON.parse(stdout) as MemberStatus[];
}

async function statusOf(container: string, member: string): Promise<MemberStatus | undefined> {
  return (await statusesOf(container)).find((one) => one.member === member);
}

describe.each(examples)('the example $name', ({ name, ask }) => {
  const original: Stack = { dir: `examples/${name}`, project: `bundle-shared-test-${name}-originals` };
  const container = `bundle-shared-test-${name}-bundle-1`;
  let stack: Stack = original;
  let made: Made | undefined;
  let expected: unknown;
  const runIn: RunIn = (...words) => composeExec(stack, 'bundle', 'bundle-exec', '-T', ...words);

  beforeAll(async () => {
    await composeUp(original);
    expected = await ask((service, ...words) => composeExec(original, service, ...words));
    await composeDown(original);
    made = await bundleOf(`examples/${name}/compose.yaml`, { tag: `bundle-shared-test:${name}` });
    stack = bundleStack(name, made);
    await composeUp(stack);
  });

  afterAll(async () => {
    await composeDown(original);
    if (stack !== original) await composeDown(stack);
    discardFolders();
  });

  it('answers as one bundle exactly as it did in containers of its own', async () =>
    expect(await ask(runIn)).toEqual(expected));

  it('says in its log which member each line is from', async () => {
    const { stdout, stderr } = await docker(['logs', container]);
    const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter((line) => !/^(?:\S+ *\| |bundle-shared: )/.test(line))).toEqual([]);
  });

  it('shows its members in supervisorctl', async () => {
    const { stdout } = await docker(['exec', container, 'sh', '-c', 'supervisorctl status; true']);
    expect(stdout).toMatch(/RUNNING/);
  });

  it('answers the same in a container that was granted nothing at all, but for process ids and limits of a tmpfs', async () => {
    await composeDown(stack);
    await composeUp({ ...stack, override: 'test/live/projects/nothing-granted.yaml' });
    const rungs = (await statusesOf(container)).map(({ rung }) => rung);
    expect([...new Set(rungs)]).toEqual(['chroot']);
    const needs = made?.plan.bundles.flatMap(({ members }) => members.map(({ launch }) => launch.needs.rung));
    expect([...new Set(needs)]).toEqual(['chroot']);
    expect(withoutBeyondChroot(await ask(runIn))).toEqual(withoutBeyondChroot(expected));
  });
});

/** Each member by the signal of its image, and none before those that depend on it are gone. */
function expectStopped(log: readonly string[]): void {
  const at = (line: RegExp) => log.findLastIndex((text) => line.test(text));
  const order = [
    at(/worker +\| stopping/),
    at(/api +\| stopping/),
    at(/cache +\| .*Received SIGTERM/),
    at(/cache +\| .*ready to exit/),
  ];
  expect(order, log.join('\n')).toEqual([...order].sort((a, b) => a - b));
  // It logs to stderr, whose lines the Engine may time a little before those of stdout.
  const fast = at(/db +\| .*received fast shutdown request/);
  expect(fast, log.join('\n')).toBeGreaterThan(0);
  expect(at(/db +\| .*database system is shut down/)).toBeGreaterThan(fast);
  expect(order[0]).toBeGreaterThanOrEqual(0);
}

describe('the life of the shop as a bundle', () => {
  const container = 'bundle-shared-test-life-bundle-1';
  let stack: Stack;

  beforeAll(async () => {
    const made = await bundleOf('examples/shop/compose.yaml', { tag: 'bundle-shared-test:life' });
    stack = bundleStack('life', made);
    await composeUp(stack);
  });

  afterAll(async () => {
    await composeDown(stack);
    discardFolders();
  });

  it('a member that is killed comes back, and no other does', async () => {
    const before = await statusOf(container, 'cache');
    const db = await statusOf(container, 'db');
    await docker(['exec', container, 'sh', '-c', `kill -9 ${before?.pid}`]);
    const after = await eventually('the cache to be back', async () => {
      const now = await statusOf(container, 'cache');
      return now?.state === 'running' && now.pid !== before?.pid ? now : undefined;
    });
    expect(after.restarts).toBe(1);
    expect(await statusOf(container, 'db')).toMatchObject({ pid: db?.pid, restarts: 0 });
  });

  it('a member can be restarted alone', async () => {
    const before = await statusOf(container, 'worker');
    await docker(['exec', container, 'bundle-restart', 'worker']);
    const after = await statusOf(container, 'worker');
    expect(after?.state).toBe('running');
    expect(after?.pid).not.toBe(before?.pid);
  });

  it('a command runs in the surroundings of a member, with its exit code', async () => {
    const { stdout } = await docker([
      'exec',
      container,
      'bundle-exec',
      '-T',
      'api',
      'sh',
      '-c',
      'id -un; pwd',
    ]);
    expect(stdout).toBe('node\n/app\n');
    await expect(
      docker(['exec', container, 'bundle-exec', '-T', 'api', 'sh', '-c', 'exit 42']),
    ).rejects.toThrow();
  });

  it('keeps its data over down and up, and stops in order with code 0', async () => {
    const create = 'create table if not exists kept (value int); insert into kept values (7)';
    await docker([
      'exec',
      container,
      'bundle-exec',
      '-T',
      'db',
      'sh',
      '-c',
      `psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "${create}"`,
    ]);
    await docker(['stop', container]);
    const { stdout: code } = await docker(['inspect', '-f', '{{.State.ExitCode}}', container]);
    expect(code.trim()).toBe('0');
    const { stdout, stderr } = await docker(['logs', '--timestamps', container]);
    expectStopped(`${stdout}${stderr}`.split('\n').sort());
    await composeDown(stack, 'keep');
    await composeUp(stack);
    const { stdout: kept } = await docker([
      'exec',
      container,
      'bundle-exec',
      '-T',
      'db',
      'sh',
      '-c',
      'psql -At -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "select value from kept"',
    ]);
    expect(kept.trim()).toBe('7');
  });
});

/** Debian 13 and 12: two versions of Python and crun. */
describe.each(['debian:trixie-slim', 'debian:bookworm-slim'])(
  'a critical member that fails, on base %s',
  (base) => {
    const container = 'bundle-shared-test-ending-bundle-1';

    it('ends the bundle with its exit code, after the others were asked to stop', async () => {
      const made = await bundleOf('test/live/projects/ending/compose.yaml', {
        base,
        tag: 'bundle-shared-test:ending',
      });
      const stack = bundleStack('ending', made);
      try {
        await docker(['compose', '-f', `${made.output}/compose.yaml`, '-p', stack.project, 'up', '-d']);
        const code = await eventually('the bundle to end', async () => {
          const { stdout } = await docker([
            'inspect',
            '-f',
            '{{.State.Status}} {{.State.ExitCode}}',
            container,
          ]);
          return stdout.startsWith('exited') ? stdout.trim() : undefined;
        });
        expect(code).toBe('exited 42');
        const { stdout } = await docker(['logs', container]);
        expect(stdout).toContain('bystander | asked to stop');
      } finally {
        await composeDown(stack);
        discardFolders();
      }
    });
  },
);
