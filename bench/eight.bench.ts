/** Eight services as containers and as one bundle, by turns in one run: start, memory, processor, throughput. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleOf, discardFolders } from '../test/live/bundles.js';
import { docker, eventually } from '../test/live/docker.js';
import { HANDICAP } from '../test/live/handicap.js';
import { compose, composeDown, type Stack } from '../test/live/stacks.js';
import { MEMBERS, type Measured, PERFORMANCE, performancePage, RESULTS } from './performance-page.js';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const NAME = 'bundle-shared-bench-eight';
const containers: Stack = { dir: 'bench/eight', project: NAME };
let bundle: Stack;

type Figures = Record<keyof Measured, number>;
const seen: { containers: Figures[]; bundle: Figures[] } = { containers: [], bundle: [] };

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const isBundle = (stack: Stack) => stack !== containers;

/** A command in a service, wherever that lives. */
async function inService(stack: Stack, service: string, line: string): Promise<string> {
  const entered =
    isBundle(stack) && service !== 'tools' ? ['bundle', 'bundle-exec', '-T', service] : [service];
  return compose(stack, ['exec', '-T', ...entered, 'sh', '-c', line], 120);
}

/** Full ids of the containers that stand for the eight services. */
async function ids(stack: Stack): Promise<string[]> {
  const names = isBundle(stack) ? ['bundle'] : MEMBERS;
  return (await compose(stack, ['ps', '--quiet', '--no-trunc', ...names], 30)).trim().split('\n');
}

/** Processor seconds that these containers have used. */
async function cpuSeconds(stack: Stack): Promise<number> {
  let total = 0;
  for (const id of await ids(stack)) {
    const { stdout } = await docker([
      ...['exec', id, 'sh', '-c'],
      'cat /sys/fs/cgroup/cpuacct/cpuacct.usage 2>/dev/null || sed -n "s/^usage_usec //p" /sys/fs/cgroup/cpu.stat | sed "s/$/000/"',
    ]);
    total += Number(stdout) / 1e9;
  }
  return total;
}

/** Processes of this machine that stand for the containers of a stack: shims; or init, and one crun for each member. */
function runtimeOf(stack: Stack, own: readonly string[]): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    const command = read(pid, 'cmdline').replaceAll('\0', ' ');
    if (!isBundle(stack))
      return command.includes('containerd-shim') && own.some((id) => command.includes(id));
    const isOfBundle = /bundle-init|^\/usr\/bin\/crun .*\/run\/bundle\/crun/.test(command);
    return isOfBundle && own.some((id) => read(pid, 'cgroup').includes(id));
  });
}

/** A file of a process; nothing of one that has ended meanwhile. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const pssKb = (pid: string) => Number(/^Pss: +(\d+)/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0);

/** User and system time of a process in hundredths of a second, without that of its children. */
function ticks(pid: string): number {
  const fields = read(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** Percent of a processor while nobody asks for anything: of all, and of the runtime. Checks that came or went do not count. */
async function atRest(stack: Stack, runtime: readonly string[]): Promise<Pick<Figures, 'idle' | 'own'>> {
  const SECONDS = 10;
  const [all, each] = [await cpuSeconds(stack), runtime.map(ticks)];
  await pause(SECONDS);
  const spent = runtime.map((pid, index) => ticks(pid) - (each[index] ?? 0)).filter(Number.isFinite);
  return { own: sum(spent) / SECONDS, idle: ((await cpuSeconds(stack)) - all) * (100 / SECONDS) };
}

/** Has a service write its hundred megabytes; megabytes per second. */
async function logRate(stack: Stack, service: string): Promise<number> {
  await inService(stack, service, 'echo go >/go');
  const [begun = 0, done = 0] = await eventually(`${service} to be done`, async () => {
    const text = await inService(stack, service, 'cat /begun /done 2>/dev/null || true');
    return text.trim().split('\n').length === 2 ? text.trim().split('\n').map(Number) : undefined;
  });
  return 100 / ((done - begun) / 1e9);
}

async function measure(stack: Stack): Promise<Figures> {
  const began = performance.now();
  await compose(stack, ['up', '--detach', '--no-build', '--wait', '--wait-timeout', '180'], 240);
  const start = (performance.now() - began) / 1000;
  const runtime = runtimeOf(stack, await ids(stack));
  const memory = sum(runtime.map(pssKb)) / 1024;
  const rest = await atRest(stack, runtime);
  const redis = await inService(stack, 'tools', 'redis-benchmark -h cache -t get -n 150000 -c 20 --csv');
  const nginx = await inService(stack, 'tools', 'ab -q -n 15000 -c 10 http://web:80/');
  const postgres = await inService(
    stack,
    'tools',
    'pgbench -h db -U postgres -n -S -T 5 -c 4 postgres 2>/dev/null',
  );
  const log = await logRate(stack, 'writer');
  const raw = await logRate(stack, 'raw');
  await composeDown(stack);
  return {
    start,
    runtime: memory,
    ...rest,
    redis: Number(/"GET","([\d.]+)"/.exec(redis)?.[1]),
    nginx: Number(/Requests per second: +([\d.]+)/.exec(nginx)?.[1]),
    postgres: Number(/tps = ([\d.]+)/.exec(postgres)?.[1]),
    log,
    raw,
  };
}

function median(figures: readonly Figures[]): Measured {
  const keys = Object.keys(figures[0] ?? {}) as (keyof Measured)[];
  const middle = (key: keyof Measured) =>
    figures.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
  return Object.fromEntries(keys.map((key) => [key, middle(key)])) as unknown as Measured;
}

beforeAll(async () => {
  await compose(containers, ['build', '--quiet'], 600);
  const { output } = await bundleOf('bench/eight/compose.yaml', { tag: `${NAME}:bundle` });
  bundle = { dir: output, project: `${NAME}-bundle`, file: `${output}/compose.yaml` };
});

afterAll(async () => {
  await composeDown(containers);
  await composeDown(bundle);
  discardFolders();
});

it('eight services are measured', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    seen.containers.push(await measure(containers));
    seen.bundle.push(await measure(bundle));
  }
  const machine = {
    processors: cpus().length,
    load: Math.round(loadavg()[2] ?? 0),
    slowness: Number(HANDICAP.toFixed(1)),
  };
  const results = {
    rounds: ROUNDS,
    ...machine,
    containers: median(seen.containers),
    bundle: median(seen.bundle),
  };
  writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(PERFORMANCE, performancePage(results));
  console.log(performancePage(results));
  const { own, ...others } = results.bundle;
  expect(Object.values(others).every((value) => value > 0)).toBe(true);
  expect(own).toBeGreaterThanOrEqual(0);
}, 1_800_000);
