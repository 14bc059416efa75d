/** Logs under load: whole lines with their names, no member held up by another, no reader that can stop the bundle. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { actImage, type Bundled, bundleAct, onProject, removeProject, writeProject } from './act.js';
import { containerState, inBundle, membersOf } from './bundle-state.js';
import { sized } from './soak.js';

const NAME = 'bundle-shared-test-noise';
const WRITERS = Array.from({ length: 8 }, (_, index) => `writer${index}`);
const SECONDS = sized(60, 5);
const RATE = sized(5_000_000, 1_000_000);
const WIDTHS = { k5: 5000, k100: 100_000, m1: 1_000_000 } as const;
const more = { 'x-bundle': { critical: false } };
const project = writeProject(NAME, {
  ...Object.fromEntries(
    WRITERS.map((name) => [
      name,
      { does: `flood 200 ${RATE} ${RATE * SECONDS} touch /done on TERM 0 pause`, ...more },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(WIDTHS).map(([name, width]) => [
      name,
      { does: `flood ${width} 0 ${width * 8} on TERM 0 pause`, ...more },
    ]),
  ),
  binary: { does: 'binary exit 0', ...more },
});
let bundle: Bundled;

interface Tally {
  lines: number;
  wrong: string[];
  /** Lines as the program wrote them, pieces put together again. */
  whole: string;
}

/** Reads the log of the bundle line by line, so that it can be large. */
async function readLog(): Promise<Readonly<Record<string, Tally>>> {
  const tallies: Record<string, Tally> = {};
  const child = spawn('docker', ['logs', bundle.container], { stdio: ['ignore', 'pipe', 'ignore'] });
  const strangers: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name = '', text = ''] = /^(\S+) *\| (.*)$/.exec(line) ?? [];
    tallies[name] ??= { lines: 0, wrong: [], whole: '' };
    const tally = tallies[name] as Tally;
    if (name === '') strangers.push(line.slice(0, 80));
    else if (name in WIDTHS) tally.whole += text;
    else if (/^\d{9} /.test(text)) check(tally, text);
  }
  expect(strangers.length).toBeLessThanOrEqual(1); // the second line of `binary`, whose bytes hold a newline
  return tallies;
}

function check(tally: Tally, text: string): void {
  const letter = String.fromCharCode(97 + (tally.lines % 26));
  const expected = `${String(tally.lines).padStart(9, '0')} ${letter.repeat(199 - 10)}`;
  if (text !== expected) tally.wrong.push(text.slice(0, 40));
  tally.lines += 1;
}

async function initOf(): Promise<{ readonly rssKb: number; readonly ticks: number }> {
  const [stat = '', rss = ''] = (
    await inBundle(bundle.container, 'cat /proc/1/stat; grep VmRSS /proc/1/status')
  ).split('\n');
  const fields = stat.split(') ')[1]?.split(' ') ?? [];
  return { rssKb: Number(rss.replace(/\D/g, '')), ticks: Number(fields[11]) + Number(fields[12]) };
}

let before: Awaited<ReturnType<typeof initOf>>;
let after: typeof before;
let beforeAt = 0;
let afterAt = 0;

beforeAll(async () => {
  await actImage();
  bundle = await bundleAct(project);
  await onProject(bundle, ['up', '-d']);
  await eventually('init to answer', () => initOf().catch(() => undefined));
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 600));
  before = await initOf();
  beforeAt = Date.now();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 400));
  after = await initOf();
  afterAt = Date.now();
  await eventually(
    'all writers to be done',
    async () => {
      const done = await inBundle(bundle.container, 'ls /srv/writer*/done 2>/dev/null | wc -l');
      return Number(done) === WRITERS.length ? true : undefined;
    },
    SECONDS * 10_000,
  );
}, 900_000);

afterAll(async () => {
  await removeProject(bundle);
  await docker(['image', 'rm', '-f', `${NAME}:latest`]);
  discardFolders();
});

describe(`eight members that write ${RATE / 1e6} MB/s each`, () => {
  it('lose no line, and no line is torn, mixed or without its name', async () => {
    const tallies = await readLog();
    for (const name of WRITERS) {
      expect([name, tallies[name]?.wrong]).toEqual([name, []]);
      expect(tallies[name]?.lines).toBe(Math.ceil((RATE * SECONDS) / 200));
    }
    for (const [name, width] of Object.entries(WIDTHS)) {
      const text = tallies[name]?.whole ?? '';
      const body = text.slice(text.indexOf('000000000 '), text.indexOf('flooded'));
      expect([name, body.length]).toEqual([name, (width - 1) * 8]);
    }
  }, 300_000);

  it('cost little memory and little processor time', () => {
    const grown = after.rssKb - before.rssKb;
    const share = (after.ticks - before.ticks) / ((afterAt - beforeAt) / 1000);
    console.log(`init: ${grown} kB more, ${share.toFixed(1)} % of a processor`);
    // Bounded buffers (a member's last 256 KB, what waits to be written) are full by then.
    expect(grown).toBeLessThanOrEqual(5000);
    expect(share).toBeLessThanOrEqual(25);
  });
});

it('a reader of the log that stalls stops neither restarts nor the stop', async () => {
  const container = `${NAME}-stalled`;
  const grant = ['--security-opt', `seccomp=${bundle.made.output}/seccomp.json`, '--log-driver', 'none'];
  const child = spawn('docker', ['run', '--name', container, ...grant, `${NAME}:latest`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pause();
  child.stderr.pause();
  try {
    await eventually('the bundle to answer', () => membersOf(container).catch(() => undefined));
    await new Promise((resolve) => setTimeout(resolve, sized(60_000, 4000)));
    const before = (await membersOf(container)).m1?.pid;
    await inBundle(container, 'supervisorctl restart m1');
    expect((await membersOf(container)).m1?.pid).not.toBe(before);
    const memory = await inBundle(container, 'grep VmRSS /proc/1/status');
    expect(Number(memory.replace(/\D/g, ''))).toBeLessThanOrEqual(90_000);
    // `docker stop` itself waits for the reader, as it does for any container: PID 1 is watched from outside.
    const { stdout: init } = await docker(['inspect', '-f', '{{.State.Pid}}', container]);
    await docker(['kill', '-s', 'TERM', container]);
    const isGone = async () => (existsSync(`/proc/${init.trim()}`) ? undefined : true);
    // Its writers hang in their write, so that they have to be killed after their share of 9 seconds.
    await eventually('PID 1 to end', isGone, 12_000);
    child.kill('SIGKILL');
    const code = await eventually('the Engine to see it', async () => {
      const { status, code } = await containerState(container);
      return status === 'exited' ? code : undefined;
    });
    expect(code).toBe(0);
  } finally {
    child.kill('SIGKILL');
    await docker(['rm', '-f', container]);
  }
}, 200_000);
