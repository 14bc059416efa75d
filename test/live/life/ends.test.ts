/** The end of a bundle: its exit code, its time, its stop. One image, its members' doings as variables. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { actImage, bundleAct, writeProject } from './act.js';
import { atATime } from './at-a-time.js';
import { containerState, logOf, momentsOf } from './bundle-state.js';
import { patience } from './patience.js';
import { quantile, record } from './scorecard.js';
import { sized } from './soak.js';

const NAME = 'bundle-shared-test-ends';
const project = writeProject(NAME, {
  ender: { does: '', command: '${ENDER:-pause}', 'x-bundle': { critical: true } },
  guarded: { does: '', command: '${GUARDED:-pause}', init: true, 'x-bundle': { critical: true } },
  bystander: { does: '', command: '${BYSTANDER:-pause}' },
});
let grant: string[] = [];
let count = 0;
const begun: string[] = [];

/** A container of the image; `does` are the doings of its members. */
async function start(does: Readonly<Record<string, string>>): Promise<string> {
  count += 1;
  const container = `${NAME}-${count}`;
  begun.push(container);
  const pause = 'on TERM 0 pause';
  const all = { ender: pause, guarded: pause, bystander: pause, ...does };
  const variables = Object.entries(all).flatMap(([member, words]) => [
    '-e',
    `${member.toUpperCase()}__BUNDLE_COMMAND=${words}`,
  ]);
  await docker(['run', '-d', '--name', container, ...grant, ...variables, `${NAME}:latest`]);
  return container;
}

/** Waits until all its members have begun. */
async function begunIn(container: string): Promise<string> {
  await eventually('all members to begin', async () => {
    const log = await logOf(container);
    const all = ['ender', 'guarded', 'bystander'];
    return all.every((member) => momentsOf(log, member, 'start').length > 0) ? true : undefined;
  });
  return container;
}

/** Waits for the end, takes the container away; code and seconds of its life. */
async function ended(container: string): Promise<{ readonly code: number; readonly seconds: number }> {
  await docker(['wait', container]);
  const state = await containerState(container);
  await docker(['rm', '-f', container]);
  return state;
}

beforeAll(async () => {
  await actImage();
  const made = await bundleAct(project);
  grant = ['--security-opt', `seccomp=${made.made.output}/seccomp.json`];
});

afterAll(async () => {
  await docker(['rm', '-f', ...begun]).catch(() => undefined);
  await docker(['image', 'rm', '-f', `${NAME}:latest`]);
  discardFolders();
});

describe('a critical member that ends at once', () => {
  const codes = Array.from({ length: 256 }, (_, code) => code);
  const chosen = sized(
    codes,
    codes.filter((code) => code % 17 === 1 || [0, 2, 126, 127, 137, 143, 255].includes(code)),
  );
  const endings = [
    ...chosen.filter((code) => code > 0).map((code) => ({ does: { ender: `exit ${code}` }, code })),
    ...[1, 2, 3, 6, 9, 11, 15].map((signal) => ({
      does: { guarded: `raise ${signal}` },
      code: 128 + signal,
    })),
    { does: { ender: 'segv' }, code: 139 },
    { does: { ender: 'trap' }, code: 132 },
  ];
  const lives: number[] = [];

  it(`gives the container its exit code or 128 and its signal: ${endings.length} of ${endings.length}`, async () => {
    const wrong: string[] = [];
    // A soak measures how long one takes.
    await atATime(sized(1, 4), endings, async ({ does, code }) => {
      const end = await ended(await start(does));
      lives.push(end.seconds);
      if (end.code !== code) wrong.push(`${JSON.stringify(does)}: ${end.code}`);
    });
    record('R2', 'codes', wrong.length === 0, {
      right: `${endings.length - wrong.length} of ${endings.length}`,
    });
    expect(wrong).toEqual([]);
  }, 1_800_000);

  it('ends the container within 1.5 s', () => {
    const [p95, longest] = [quantile(lives, 0.95), Math.max(...lives)];
    record('R3', 'ends', p95 <= 1.5 && longest <= 3 && lives.length === endings.length, {
      ended: `${lives.length} of ${endings.length}`,
      'median, s': quantile(lives, 0.5),
      'p95, s': p95,
      'longest, s': longest,
    });
    expect(p95).toBeLessThanOrEqual(patience(1.5));
    expect(longest).toBeLessThanOrEqual(patience(3));
  });

  it('with code 0 ends nothing as long as others run', async () => {
    const container = await begunIn(await start({ ender: 'exit 0' }));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await containerState(container)).status).toBe('running');
  });
});

describe('a bundle whose members have all ended', () => {
  const done = { ender: 'exit 0', guarded: 'exit 0' };

  it.each([
    { says: '0 when all of them did', bystander: 'exit 0', code: 0 },
    { says: 'that of one that failed', bystander: 'exit 7', code: 7 },
    { says: '128 and the signal of one that a signal ended', bystander: 'segv', code: 139 },
  ])('ends with $says', async ({ bystander, code }) => {
    expect((await ended(await start({ ...done, bystander }))).code).toBe(code);
  });
});

describe('signals to the container', () => {
  it.each(['TERM', 'INT', 'QUIT'])('%s stops it with code 0', async (signal) => {
    const container = await begunIn(await start({}));
    await docker(['kill', '-s', signal, container]);
    expect((await ended(container)).code).toBe(0);
  });

  it('HUP, USR1, USR2 and WINCH change nothing', async () => {
    const container = await begunIn(await start({ ender: 'note HUP on TERM 0 pause' }));
    for (const signal of ['HUP', 'USR1', 'USR2', 'WINCH']) await docker(['kill', '-s', signal, container]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await containerState(container)).status).toBe('running');
    const log = await logOf(container);
    expect(momentsOf(log, 'ender', 'start')).toHaveLength(1);
    expect(log).not.toMatch(/signal/);
  });

  it('KILL from outside is 137, and a new start begins anew', async () => {
    const container = await begunIn(await start({}));
    await docker(['kill', container]);
    expect((await containerState(container)).code).toBe(137);
    await docker(['start', container]);
    await eventually('its members to be started again', async () =>
      momentsOf(await logOf(container), 'bystander', 'start').length === 2 ? true : undefined,
    );
  });
});
