/** Stops that come at bad moments, and members that do not want to end. */
import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../../src/engine/connect.js';
import { discardFolders } from '../bundles.js';
import { docker } from '../docker.js';
import { actImage, bundleAct, writeProject } from './act.js';
import { containerState, logOf } from './bundle-state.js';
import { fourAtATime } from './four-at-a-time.js';
import { patience } from './patience.js';
import { quantile, record } from './scorecard.js';
import { sized } from './soak.js';

const NAME = 'bundle-shared-test-stops';
const grants: Record<string, string[]> = {};
const begun: string[] = [];
let engine: Docker;

/** Creates a container of an image of ours. */
async function create(image: string, ...options: readonly string[]): Promise<string> {
  const container = `${NAME}-${begun.length}`;
  begun.push(container);
  await docker(['create', '--name', container, ...(grants[image] ?? []), ...options]);
  return container;
}

interface Stopped {
  readonly code: number;
  readonly seconds: number;
  readonly log: string;
}

/** Stops it through the Engine's API, where the command alone would take as long as a start. */
async function stop(container: string, graceSeconds?: number): Promise<Stopped> {
  const began = performance.now();
  await engine.getContainer(container).stop(graceSeconds === undefined ? {} : { t: graceSeconds });
  const seconds = Number(((performance.now() - began) / 1000).toFixed(2));
  const { code } = await containerState(container);
  const log = await logOf(container);
  await docker(['rm', '-f', container]);
  return { code, seconds, log };
}

/** Starts and stops `tries` containers; the pauses between are spread over `spreadMs`. */
async function stopSoon(
  tries: number,
  spreadMs: number,
  make: () => Promise<string>,
): Promise<readonly Stopped[]> {
  const stopped: Stopped[] = [];
  for (let index = 0; index < tries; index += 1) {
    const container = await make();
    await engine.getContainer(container).start();
    await pause((index * spreadMs) / tries);
    // Only what was lost is still there after that, and killed.
    stopped.push(await stop(container, Math.ceil(5 * patience())));
  }
  return stopped;
}

const isLost = ({ code, seconds }: Stopped) => code === 137 || seconds > 5;

function told(all: readonly Stopped[]) {
  const seconds = all.map((one) => one.seconds);
  return { lost: `${all.filter(isLost).length} of ${all.length}`, 'slowest, s': Math.max(...seconds) };
}

const deafs = [0, 1, 2].flatMap((stage) => [0, 1, 2].map((n) => `deaf${stage}${n}`));
const deaf = (stage: number) => ({
  does: 'note TERM pause',
  stop_grace_period: '10s',
  ...(stage === 0 ? {} : { depends_on: deafs.slice(3 * stage - 3, 3 * stage) }),
});

beforeAll(async () => {
  engine = (await connect(process.env)).docker;
  await actImage();
  const projects = {
    early: {
      plain: { does: 'on TERM 0 pause' },
      guarded: { does: 'on TERM 0 pause', init: true },
      looping: { does: 'exit 1', restart: 'always', 'x-bundle': { critical: false } },
    },
    failing: { failing: { does: 'exit 3', 'x-bundle': { critical: true } } },
    deaf: Object.fromEntries(deafs.map((name, index) => [name, deaf(Math.floor(index / 3))])),
  };
  for (const [name, services] of Object.entries(projects)) {
    const { made } = await bundleAct(writeProject(`${NAME}-${name}`, services));
    grants[name] = ['--security-opt', `seccomp=${made.output}/seccomp.json`];
  }
});

afterAll(async () => {
  await docker(['rm', '-f', ...begun]).catch(() => undefined);
  for (const image of Object.keys(grants)) await docker(['image', 'rm', '-f', `${NAME}-${image}:latest`]);
  discardFolders();
});

it('a stop in the first 50 ms is kept until init can take it', async () => {
  const stopped = await stopSoon(sized(100, 12), 50, () => create('early', `${NAME}-early:latest`));
  record('R6', 'starting', !stopped.some((one) => isLost(one) || one.seconds > 2), told(stopped));
  expect(stopped.filter(({ code }) => code !== 0)).toEqual([]);
  expect(Math.max(...stopped.map(({ seconds }) => seconds))).toBeLessThanOrEqual(2 * patience());
}, 900_000);

it('a stop between the restarts of a member is kept', async () => {
  const stopped = await stopSoon(sized(50, 4), 3000, () => create('early', `${NAME}-early:latest`));
  record('R6', 'a member in a crash loop', !stopped.some((one) => one.seconds > 2), told(stopped));
  expect(stopped.filter(({ code }) => code !== 0)).toEqual([]);
  expect(Math.max(...stopped.map(({ seconds }) => seconds))).toBeLessThanOrEqual(2 * patience());
}, 900_000);

it('a stop between the restarts of the container is kept', async () => {
  const make = () => create('failing', '--restart', 'always', `${NAME}-failing:latest`);
  const stopped = await stopSoon(sized(50, 4), 3000, make);
  record('R6', 'the container in a crash loop', !stopped.some((one) => one.seconds > 2), told(stopped));
  expect(stopped.filter(isLost)).toEqual([]);
  expect(Math.max(...stopped.map(({ seconds }) => seconds))).toBeLessThanOrEqual(2 * patience());
}, 900_000);

it('nine members in three stages that ignore TERM end in order within the 10 s of a plain docker stop', async () => {
  const ends: Stopped[] = [];
  const tries = Array.from({ length: sized(50, 2) }, (_, index) => index);
  await fourAtATime(tries, async () => {
    const container = await create('deaf', `${NAME}-deaf:latest`);
    await engine.getContainer(container).start();
    await pause(2000 * patience());
    ends.push(await stop(container));
  });
  const late = ends.map(({ seconds }) => seconds);
  const inOrder = ends.filter(({ log }) => isInOrder(log)).length;
  record('R5', 'stops', Math.max(...late) <= 9.5 && inOrder === ends.length, {
    'median, s': quantile(late, 0.5),
    'slowest, s': Math.max(...late),
    'killed by the Engine': ends.filter(({ code }) => code === 137).length,
    'in order': `${inOrder} of ${ends.length}`,
  });
  expect(ends.filter(({ code, log }) => code !== 0 || !isInOrder(log))).toEqual([]);
  for (const { log } of ends) expect(log).toContain('they are shortened');
}, 900_000);

/** Each has got TERM once, the last stage first, no stage before the one above it. */
function isInOrder(log: string): boolean {
  const stages = [...log.matchAll(/^deaf(\d)\d *\| signal 15$/gm)].map(([, stage]) => stage);
  return stages.join('') === '222111000';
}
