/** Slow readers and fast writers of the log: neither stops the bundle, and memory stays bounded. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { ACT_IMAGE, actImage, bundleAct, writeProject } from './act.js';
import { containerState, inBundle, membersOf } from './bundle-state.js';
import { patience } from './patience.js';
import { record } from './scorecard.js';
import { sized } from './soak.js';

const NAME = 'bundle-shared-test-readers';
const MEGABYTES = sized(6000, 200);
const FLOOD = `flood 1000 0 ${MEGABYTES}000000 exit 0`;
const more = { 'x-bundle': { critical: false } };
let grant: string[] = [];

beforeAll(async () => {
  await actImage();
  const services = {
    solo: { does: '', command: '${SOLO}', ...more },
    other: { does: '', command: '${OTHER}', ...more },
    killed: { does: '', command: '${KILLED}', restart: 'on-failure', ...more },
  };
  const { made } = await bundleAct(writeProject(NAME, services));
  grant = ['--security-opt', `seccomp=${made.output}/seccomp.json`, '--log-driver', 'none'];
});

afterAll(async () => {
  await docker(['image', 'rm', '-f', `${NAME}:latest`]);
  discardFolders();
});

const does = (solo: string, other: string, killed: string) => [
  ...['-e', `SOLO__BUNDLE_COMMAND=${solo}`],
  ...['-e', `OTHER__BUNDLE_COMMAND=${other}`],
  ...['-e', `KILLED__BUNDLE_COMMAND=${killed}`],
];
const bytesOf = (text: string) => Number(text.replace(/\D/g, ''));

it('a reader of the log that stalls stops neither restarts nor the stop', async () => {
  const container = `${NAME}-stalled`;
  const endless = 'flood 200 0 1000000000000';
  const words = [...grant, ...does(endless, endless, endless), `${NAME}:latest`];
  const child = spawn('docker', ['run', '--name', container, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pause();
  child.stderr.pause();
  try {
    await eventually('the bundle to answer', () => membersOf(container).catch(() => undefined));
    await pause(sized(60_000, 4000));
    const before = await membersOf(container);
    await inBundle(container, 'supervisorctl restart other');
    const isRestarted = (await membersOf(container)).other?.pid !== before.other?.pid;
    const killedAt = performance.now();
    await inBundle(container, `kill -9 ${before.killed?.pid}`);
    await eventually('the one that was killed to be back', async () => {
      const { killed } = await membersOf(container);
      return killed?.state === 'running' && killed.restarts === 1 ? true : undefined;
    });
    const back = (performance.now() - killedAt) / 1000;
    const memory = bytesOf(await inBundle(container, 'grep VmHWM /proc/1/status'));
    // `docker stop` itself waits for the reader, as it does for any container: PID 1 is watched from outside.
    const { stdout: init } = await docker(['inspect', '-f', '{{.State.Pid}}', container]);
    await docker(['kill', '-s', 'TERM', container]);
    const began = performance.now();
    const isGone = async () => (existsSync(`/proc/${init.trim()}`) ? undefined : true);
    // Its writers hang in their write, so that they have to be killed after their share of 9 seconds.
    await eventually('PID 1 to end', isGone);
    const seconds = (performance.now() - began) / 1000;
    child.kill('SIGKILL');
    const code = await eventually('the Engine to see it', async () => {
      const { status, code } = await containerState(container);
      return status === 'exited' ? code : undefined;
    });
    record('R10', 'stall', isRestarted && code === 0 && seconds <= 10, {
      'a killed member is back after, s': back.toFixed(1),
      'stop, s': seconds.toFixed(1),
      code,
      'memory of init at most, kB': memory,
    });
    expect(isRestarted).toBe(true);
    expect(seconds).toBeLessThanOrEqual(patience(10));
    expect(memory).toBeLessThanOrEqual(90_000);
    expect(code).toBe(0);
  } finally {
    child.kill('SIGKILL');
    await docker(['rm', '-f', container]);
  }
});

/** Seconds of a container's life; what it logs is read by the Engine and not kept. */
async function lifeOf(container: string, words: readonly string[], look?: () => Promise<void>) {
  await docker(['run', '-d', '--name', container, ...words]);
  try {
    await look?.();
    await docker(['wait', container], { timeoutMs: 800_000 });
    return (await containerState(container)).seconds;
  } finally {
    await docker(['rm', '-f', container]);
  }
}

/** The line of it in a process's status; empty when it is over. */
function mostMemoryOf(pid: string): string {
  try {
    return /^VmHWM:.*/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[0] ?? '';
  } catch {
    return '';
  }
}

it('a member that writes as fast as it can gets rid of it, and init stays small', async () => {
  const plain = await lifeOf(`${NAME}-plain`, ['--log-driver', 'none', ACT_IMAGE, ...FLOOD.split(' ')]);
  let memory = 0;
  const member = await lifeOf(
    `${NAME}-flood`,
    [...grant, ...does(FLOOD, 'exit 0', 'exit 0'), `${NAME}:latest`],
    async () => {
      // From outside: a `docker exec` would take the processor from those who write.
      const { stdout: init } = await docker(['inspect', '-f', '{{.State.Pid}}', `${NAME}-flood`]);
      for (let told = '0'; told !== ''; await pause(100)) {
        memory = Math.max(memory, bytesOf(told));
        told = mostMemoryOf(init.trim());
      }
    },
  );
  record('flood', 'one member', MEGABYTES / member >= 200, {
    'MB/s in a container': (MEGABYTES / plain).toFixed(0),
    'MB/s as a member, start included': (MEGABYTES / member).toFixed(0),
    'times that of the container': (plain / member).toFixed(2),
    'memory of init at most, kB': memory,
  });
  expect(member).toBeLessThanOrEqual(patience(1.5 * plain + 2));
  expect(memory).toBeGreaterThan(0);
  expect(memory).toBeLessThanOrEqual(60_000);
}, 900_000);
