/** Fifty members for a long time: killed and started again, writing, and nothing piles up. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { actImage, bundleAct, writeProject } from './act.js';
import { inBundle, membersOf } from './bundle-state.js';
import { record } from './scorecard.js';
import { sized } from './soak.js';

const NAME = 'bundle-shared-test-long';
/** An hour, or SOAK_MINUTES. */
const SECONDS = sized(Number(process.env.SOAK_MINUTES ?? 60) * 60, 60);
const RATE = 1_000_000;
const more = { restart: 'always', 'x-bundle': { critical: false } };
const names = Array.from({ length: 50 }, (_, index) => `runs${String(index).padStart(2, '0')}`);
const services = Object.fromEntries(
  names.map((name, index) => [
    name,
    { does: index < 8 ? `flood 200 ${RATE} 1000000000000` : 'on TERM 0 pause', ...more },
  ]),
);

interface Sample {
  readonly rssKb: number;
  readonly descriptors: number;
  readonly zombies: number;
}

async function sample(): Promise<Sample> {
  // Each look finds what has just ended or is about to be closed: what stays is what every one of them finds.
  const zombies = 'grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null | wc -l';
  const line = `awk '/VmRSS/{print $2}' /proc/1/status; for i in 1 2 3 4 5; do ls /proc/1/fd | wc -l; ${zombies}; sleep 0.1; done`;
  const [rssKb = 0, ...looks] = (await inBundle(NAME, line)).trim().split('\n').map(Number);
  const least = (which: number) => Math.min(...looks.filter((_, index) => index % 2 === which));
  return { rssKb, descriptors: least(0), zombies: least(1) };
}

beforeAll(async () => {
  await actImage();
  const { made } = await bundleAct(writeProject(NAME, services));
  const grant = ['--security-opt', `seccomp=${made.output}/seccomp.json`, '--log-driver', 'none'];
  await docker(['run', '-d', '--name', NAME, ...grant, `${NAME}:latest`]);
});

afterAll(async () => {
  await docker(['rm', '-f', NAME]);
  await docker(['image', 'rm', '-f', `${NAME}:latest`]);
  discardFolders();
});

const allRun = () =>
  eventually('all to run', async () => {
    const members = await membersOf(NAME).catch(() => undefined);
    return members && names.every((name) => members[name]?.state === 'running') ? members : undefined;
  });

/** Samples after every tenth, for SECONDS; as often as the machine can where that is less. */
async function killEverySecond() {
  const began = performance.now();
  const end = began + SECONDS * 1000;
  const samples: Sample[] = [];
  let kills = 0;
  for (let next = began + 1000; performance.now() < end; next = Math.max(next + 1000, performance.now())) {
    // Until it is gone, so that none is killed twice.
    const line =
      'p=$(grep -l "^/act" /proc/[0-9]*/cmdline 2>/dev/null | shuf -n 1 | cut -d/ -f3); kill -9 $p && echo yes; while grep -q "^/act" /proc/$p/cmdline; do sleep 0.05; done 2>/dev/null';
    kills += (await inBundle(NAME, line).catch(() => '')).includes('yes') ? 1 : 0;
    if (kills % 10 === 0) samples.push(await sample());
    await pause(Math.max(0, next - performance.now()));
  }
  return { kills, samples, seconds: (performance.now() - began) / 1000 };
}

it(
  'fifty members, eight of them writing, one killed every second, cost as much at the end as at the beginning',
  async () => {
    await allRun();
    await pause(2000);
    const first = await sample();
    const { kills, samples, seconds } = await killEverySecond();
    const restarted = async () => {
      const members = await allRun();
      return names.reduce((sum, name) => sum + (members[name]?.restarts ?? 0), 0);
    };
    const seen = async () => ((await restarted()) >= kills ? true : undefined);
    await eventually('the last restart', seen).catch(() => undefined);
    await pause(2000);
    const last = await sample();
    const restarts = await restarted();
    const most = Math.max(...[first, ...samples, last].map(({ rssKb }) => rssKb));
    const isFlat = last.descriptors === first.descriptors && last.zombies === 0;
    const halfway = samples[Math.floor(samples.length / 2)] ?? first;
    const grew = last.rssKb - halfway.rssKb;
    record(
      'R12',
      SECONDS === 60 ? 'a minute' : `${Math.round(SECONDS / 60)} minutes`,
      most <= 60_000 && grew <= 2000 && isFlat && restarts === kills,
      {
        kills,
        'kills a second': (kills / seconds).toFixed(2),
        restarts,
        'memory of init at the beginning, kB': first.rssKb,
        'halfway, kB': halfway.rssKb,
        'at most, kB': most,
        'at the end, kB': last.rssKb,
        'descriptors at the beginning': first.descriptors,
        'at the end': last.descriptors,
        'zombies at the end': last.zombies,
      },
    );
    expect(restarts).toBe(kills);
    expect(most).toBeLessThanOrEqual(60_000);
    expect([last.descriptors, last.zombies]).toEqual([first.descriptors, 0]);
  },
  SECONDS * 1000 + 600_000,
);
