/** The clock of a bundle is set while members wait: init sees another time of day (libfaketime), nobody waits longer. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { actImage, bundleAct, writeProject } from './act.js';
import { inBundle, logOf, membersOf, momentsOf } from './bundle-state.js';
import { patience } from './patience.js';
import { record } from './scorecard.js';

const NAME = 'bundle-shared-test-clock';
const CLOCKED = `${NAME}-clocked`;
const more = { 'x-bundle': { critical: false } };
const deaf = { does: 'ignore TERM pause', stop_grace_period: '2s', ...more };
const services = {
  looping: { does: 'exit 1', restart: 'always', ...more },
  asked: {
    does: 'touch /ready on TERM 0 pause',
    healthcheck: { test: ['CMD', '/act', 'quiet', 'has', '/ready'], interval: '1s', retries: 1 },
    ...more,
  },
  deaf1: deaf,
  deaf2: deaf,
};

/** In one step: libfaketime ends a program that finds the file empty. */
const setClock = (by: string) => inBundle(NAME, `echo ${by} >/etc/clock.new && mv /etc/clock.new /etc/clock`);

async function healthOfAsked(health: string): Promise<number> {
  const began = performance.now();
  const isSo = async () => ((await membersOf(NAME)).asked?.health === health ? true : undefined);
  await eventually(`asked to be ${health}`, isSo);
  return (performance.now() - began) / 1000;
}

/** Seconds that the stop of a deaf member takes while the clock is set. */
async function stopOf(member: string, clock: string): Promise<number> {
  const began = performance.now();
  const stopped = inBundle(NAME, `supervisorctl stop ${member}`);
  await pause(300);
  await setClock(clock);
  await stopped.catch(async (cause: unknown) => {
    throw new Error(`${member} was not stopped\n${(await logOf(NAME)).slice(-3000)}`, { cause });
  });
  return (performance.now() - began) / 1000;
}

beforeAll(async () => {
  await actImage();
  const { made } = await bundleAct(writeProject(NAME, services));
  const build = ['build', '--quiet', '--tag', CLOCKED, '--build-arg', `BUNDLE=${NAME}:latest`];
  await docker([...build, '-f', 'test/live/life/image/Dockerfile.clock', 'test/live/life/image']);
  const grant = ['--security-opt', `seccomp=${made.output}/seccomp.json`];
  await docker(['run', '-d', '--name', NAME, ...grant, CLOCKED]);
});

afterAll(async () => {
  await docker(['rm', '-f', NAME]);
  await docker(['image', 'rm', '-f', CLOCKED, `${NAME}:latest`]);
  discardFolders();
});

it('a clock that is set by an hour, forth and back, changes no wait', async () => {
  await eventually('asked to be healthy', async () =>
    (await membersOf(NAME).catch(() => undefined))?.asked?.health === 'healthy' ? true : undefined,
  );
  expect(await inBundle(NAME, 'cat /proc/1/maps')).toContain('libfaketime');
  const day = await inBundle(NAME, 'date +%s');
  await setClock('+1h');
  expect(Number(await inBundle(NAME, 'date +%s')) - Number(day)).toBeGreaterThan(3500);
  await inBundle(NAME, 'rm /srv/asked/ready');
  const forth = await healthOfAsked('unhealthy');
  await setClock('-1h');
  await inBundle(NAME, 'touch /srv/asked/ready');
  const back = await healthOfAsked('healthy');
  const stops = [await stopOf('deaf1', '+1h'), await stopOf('deaf2', '-1h')];
  const starts = await eventually('more restarts', async () => {
    const all = momentsOf(await logOf(NAME), 'looping', 'start');
    return all.length > 6 ? all : undefined;
  });
  const late = starts.slice(1).map((at, index) => at - (starts[index] ?? 0) - 100 * 2 ** index);
  const health = Math.max(forth, back);
  const areStopsInTime = Math.min(...stops) >= 2 && Math.max(...stops) <= 3;
  const isMet = Math.max(...late) <= 1000 && Math.min(...late) >= 0 && health <= 3 && areStopsInTime;
  record('clock', 'set by an hour', isMet, {
    restarts: late.length,
    'restarts late by at most, s': (Math.max(...late) / 1000).toFixed(2),
    'health after, s': health.toFixed(1),
    'stops with a grace of 2 s, s': stops.map((one) => one.toFixed(1)).join(', '),
  });
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...late)).toBeLessThanOrEqual(1000 * patience(1));
  expect(health).toBeLessThanOrEqual(patience(3));
  expect(Math.min(...stops)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...stops)).toBeLessThanOrEqual(2 + patience(1));
});
