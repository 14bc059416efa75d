/** The end of a bundle: its exit code, its time, its stop. One image, its members' doings as variables. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { docker } from '../docker.js';
import { actImage, bundleAct, removeProject, writeProject } from './act.js';
import { containerState, logOf, momentsOf } from './bundle-state.js';
import { fourAtATime } from './four-at-a-time.js';
import { patience } from './patience.js';
import { sized } from './soak.js';

const NAME = 'bundle-shared-test-ends';
const bystander = { does: 'on TERM 0 pause' };
const project = writeProject(NAME, {
  ender: { does: '', command: '${ENDER:-pause}', 'x-bundle': { critical: true } },
  guarded: { does: '', command: '${GUARDED:-pause}', init: true, 'x-bundle': { critical: true } },
  bystander,
});
let grant: string[] = [];
let count = 0;
const begun: string[] = [];

/** A container of the image; `does` are the doings of its members. */
async function start(does: Readonly<Record<string, string>>): Promise<string> {
  count += 1;
  const container = `${NAME}-${count}`;
  begun.push(container);
  const all = { ender: 'on TERM 0 pause', guarded: 'on TERM 0 pause', ...does };
  const variables = Object.entries(all).flatMap(([member, words]) => [
    '-e',
    `${member.toUpperCase()}__BUNDLE_COMMAND=${words}`,
  ]);
  await docker(['run', '-d', '--name', container, ...grant, ...variables, `${NAME}:latest`]);
  return container;
}

/** Waits for the end, takes the container away; code and seconds of its life. */
async function ended(container: string): Promise<{ readonly code: number; readonly seconds: number }> {
  await docker(['wait', container], { timeoutMs: 60_000 });
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
    await fourAtATime(endings, async ({ does, code }) => {
      const end = await ended(await start(does));
      lives.push(end.seconds);
      if (end.code !== code) wrong.push(`${JSON.stringify(does)}: ${end.code}`);
    });
    expect(wrong).toEqual([]);
  }, 900_000);

  it('ends the container within 1.5 s', () => {
    const sorted = lives.sort((a, b) => a - b);
    const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
    console.log(
      `lives of ${sorted.length}: median ${sorted[sorted.length >> 1]}, p95 ${p95}, max ${sorted.at(-1)}`,
    );
    expect(p95).toBeLessThanOrEqual(1.5 * patience());
    expect(sorted.at(-1)).toBeLessThanOrEqual(3 * patience());
  });

  it('with code 0 ends nothing as long as others run', async () => {
    const container = await start({ ender: 'exit 0' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await containerState(container)).status).toBe('running');
  });
});

it('a stop in the first 50 ms is kept until init can take it', async () => {
  const tries = sized(100, 12);
  const lost: string[] = [];
  for (let index = 0; index < tries; index += 1) {
    const delay = (index * 50) / tries;
    const container = await start({});
    await new Promise((resolve) => setTimeout(resolve, delay));
    const began = Date.now();
    // Only what was lost is still there after four seconds, and killed.
    await docker(['stop', '-t', String(Math.ceil(4 * patience())), container]);
    const { code } = await ended(container);
    const seconds = (Date.now() - began) / 1000;
    if (code !== 0 || seconds > 2.5 * patience())
      lost.push(`${delay} ms: code ${code} after ${seconds} s, patience ${patience()}`);
  }
  console.log(`lost stops: ${lost.length} of ${tries}`, lost);
  // A stop before the kernel has started the first program at all cannot be kept by anyone.
  expect(lost.length).toBeLessThanOrEqual(1);
}, 600_000);

describe('signals to the container', () => {
  it.each(['TERM', 'INT', 'QUIT'])('%s stops it with code 0', async (signal) => {
    const container = await start({});
    await new Promise((resolve) => setTimeout(resolve, 700));
    await docker(['kill', '-s', signal, container]);
    expect((await ended(container)).code).toBe(0);
  });

  it('HUP, USR1, USR2 and WINCH change nothing', async () => {
    const container = await start({ ender: 'note HUP on TERM 0 pause' });
    await new Promise((resolve) => setTimeout(resolve, 700));
    for (const signal of ['HUP', 'USR1', 'USR2', 'WINCH']) await docker(['kill', '-s', signal, container]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await containerState(container)).status).toBe('running');
    const log = await logOf(container);
    expect(momentsOf(log, 'ender', 'start')).toHaveLength(1);
    expect(log).not.toMatch(/signal/);
  });

  it('KILL from outside is 137, and a new start begins anew', async () => {
    const container = await start({});
    await new Promise((resolve) => setTimeout(resolve, 700));
    await docker(['kill', container]);
    expect((await containerState(container)).code).toBe(137);
    await docker(['start', container]);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(momentsOf(await logOf(container), 'bystander', 'start')).toHaveLength(2);
  });
});

it('nine members in three stages that ignore TERM end in order within the 10 s of a plain docker stop', async () => {
  const deaf = (stage: number) => ({
    does: 'ignore TERM pause',
    stop_grace_period: '10s',
    ...(stage === 0
      ? {}
      : {
          depends_on: Object.fromEntries(
            [0, 1, 2].map((n) => [`deaf${stage - 1}${n}`, { condition: 'service_started' }]),
          ),
        }),
  });
  const stages = writeProject(
    `${NAME}-deaf`,
    Object.fromEntries([0, 1, 2].flatMap((stage) => [0, 1, 2].map((n) => [`deaf${stage}${n}`, deaf(stage)]))),
  );
  const bundle = await bundleAct(stages);
  const container = `${NAME}-deaf-1`;
  begun.push(container);
  await docker([
    ...['run', '-d', '--name', container, '--security-opt', `seccomp=${bundle.made.output}/seccomp.json`],
    `${NAME}-deaf:latest`,
  ]);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const began = Date.now();
  await docker(['stop', container]);
  const seconds = (Date.now() - began) / 1000;
  expect(seconds).toBeLessThanOrEqual(9.8);
  expect((await containerState(container)).code).toBe(0);
  expect(await logOf(container)).toContain('they are shortened');
  await removeProject(bundle);
});
