import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { inBundle, logOf, membersOf } from '../life/bundle-state.js';
import { record } from '../life/scorecard.js';

const FILE = 'test/live/projects/background/compose.yaml';
const PROJECT = 'bundle-shared-test-background';
const bundle = `${PROJECT}-bundle-1`;
const RESTARTS = 4;
/** crun, or what stands for it on rung chroot. */
const PARENT = (program: number) => `$(sed -n 's/^PPid:\\s*//p' /proc/${program}/status)`;

const down = (file: string, project: string) =>
  docker(['compose', '-f', file, '-p', project, 'down', '-v', '-t', '2']);

afterAll(discardFolders);

describe('a container whose program puts itself into the background', () => {
  const project = `${PROJECT}-plain`;

  beforeAll(async () => {
    await docker(['compose', '-f', FILE, '-p', project, 'up', '-d', '--build'], { timeoutMs: 400_000 });
  });

  afterAll(() => down(FILE, project));

  it('ends with code 0, the daemon with it, and starts again by its policy', async () => {
    const stateOf = async (service: string) => {
      const format = '{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}';
      return (await docker(['inspect', '-f', format, `${project}-${service}-1`])).stdout.trim();
    };
    await eventually('restarts', async () =>
      Number((await stateOf('again')).split(' ')[2]) >= RESTARTS ? true : undefined,
    );
    expect(await stateOf('once')).toBe('exited 0 0');
    expect(await logOf(`${project}-again-1`)).not.toContain('Address already in use');
  });
});

describe.each([
  { rung: 'userns', override: [] },
  { rung: 'chroot', override: ['-f', 'test/live/projects/nothing-granted.yaml'] },
])('on rung $rung a member', ({ rung, override }) => {
  let file = '';

  beforeAll(async () => {
    const made = await bundleOf(FILE, { tag: `${PROJECT}:latest` });
    file = `${made.output}/compose.yaml`;
    await docker(['compose', '-f', file, ...override, '-p', PROJECT, 'up', '-d']);
  });

  afterAll(() => down(file, PROJECT));

  const SECONDS = { steady: 100000, owned: 200000 };

  /** Process ids of the two of a member; what stays of an earlier one would be a third. */
  const sleepers = (member: keyof typeof SECONDS) =>
    eventually('two of them', async () => {
      const list = `grep -lz '^${SECONDS[member]}$' /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3`;
      const pids = (await inBundle(bundle, list)).trim().split('\n');
      return pids.length === 2 ? pids : undefined;
    });

  it('that puts itself into the background ends with its daemon, and starts again by its policy', async () => {
    const members = await eventually('restarts', async () => {
      const found = await membersOf(bundle).catch(() => undefined);
      return (found?.again?.restarts ?? 0) >= RESTARTS ? found : undefined;
    });
    expect(members.once).toMatchObject({ state: 'rest', exitCode: 0, rung });
    const log = await logOf(bundle);
    const isSaid = log.includes('once exited with code 0');
    const leftovers = log.split('Address already in use').length - 1;
    record('S10', `into the background, ${rung}`, isSaid && leftovers === 0, {
      code: members.once?.exitCode ?? '?',
      restarts: members.again?.restarts ?? 0,
      'starts that met an earlier one': leftovers,
    });
    expect(isSaid).toBe(true);
    expect(leftovers).toBe(0);
    // The next one may just have begun: what would stay is found by every look.
    await eventually('the last one to be gone', async () =>
      (await inBundle(bundle, 'cat /proc/[0-9]*/comm | grep -c nginx || true')) === '0\n' ? true : undefined,
    );
  });

  it.each([
    { member: 'steady', what: 'it', pid: (program: number) => `${program}` },
    { member: 'steady', what: 'the parent of its program', pid: PARENT },
    { member: 'owned', what: 'the parent of its program', pid: PARENT },
  ] as const)(
    'takes all that it started along when $what is killed, and is back ($member)',
    async ({ member, pid }) => {
      const before = await eventually('the member to run', async () => {
        const found = (await membersOf(bundle).catch(() => undefined))?.[member];
        return found?.state === 'running' ? found : undefined;
      });
      const first = await sleepers(member);
      await inBundle(bundle, `kill -9 ${pid(before.pid ?? 0)}`);
      await eventually('the member to be back', async () => {
        const now = (await membersOf(bundle))[member];
        return now?.state === 'running' && now.pid !== before.pid ? true : undefined;
      });
      const second = await sleepers(member);
      expect(second.filter((one) => first.includes(one))).toEqual([]);
    },
  );
});
