/** How often a program is started: as a member as often as in a container of its own, by the Engine's rule. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { actImage, bundleAct, onProject, type Project, removeProject, writeProject } from './act.js';
import { containerState, logOf, membersOf, momentsOf, ownMomentsOf } from './bundle-state.js';
import { patience } from './patience.js';
import { record } from './scorecard.js';
import { sized } from './soak.js';

const NAME = 'bundle-shared-test-restarts';
const POLICIES = { no: 'no', always: 'always', failure: 'on-failure', failure3: 'on-failure:3' };
const ENDS: Readonly<Record<string, { readonly does: string; readonly init?: true }>> = {
  ...Object.fromEntries(
    sized([0, 1, 2, 42, 126, 127, 255], [0, 42]).map((code) => [`exit${code}`, { does: `exit ${code}` }]),
  ),
  // A PID 1 cannot be killed from within: these are children of one.
  kill: { does: 'raise 9', init: true },
  ...sized({ term: { does: 'raise 15', init: true } }, {}),
  segv: { does: 'segv' },
};
/**
 * Lives in seconds, and how long each is watched: until shortly before the next start by the rule. No start comes early,
 * but all may come late where the machine is busy.
 */
const LIVES = sized({ 0: 25, 0.5: 29, 3: 33, 11: 55 }, { 0.5: 9 });
/** Between the first starts of two containers: with forty at once the Engine falls several starts behind. */
const APART_MS = sized(6000, 0);
/** Three times, or SOAK_REPEATS. */
const REPEATS = sized(Number(process.env.SOAK_REPEATS ?? 3), 1);

interface Cell {
  /** Milliseconds of every start within the time watched. */
  readonly starts: readonly number[];
  /** Exit code of one that is not started again; null while it is. */
  readonly ended: number | null;
}

type Cells = Readonly<Record<string, Cell>>;

function servicesOf(life: string, more: object = {}) {
  const cells = Object.entries(POLICIES).flatMap(([policy, restart]) =>
    Object.entries(ENDS).map(([end, { does, ...init }]) => [
      `${policy}-${end}`,
      { does: `sleep ${life} ${does}`, restart, ...init, ...more, 'x-bundle': { critical: false } },
    ]),
  );
  return Object.fromEntries(cells) as Parameters<typeof writeProject>[1];
}

const names = Object.keys(servicesOf('0'));
const made: Project[] = [];
const wrong: string[] = [];
let compared = 0;
let equal = 0;
let fewer = 0;

/** What was seen of a service in its log: its own starts, and its end when it came to one. */
function cellOf(name: string, starts: readonly number[], ended: number | null, seconds: number): Cell {
  const [first] = starts;
  if (first === undefined) throw new Error(`${name} did not start`);
  const until = comesToRest(name) ? Number.POSITIVE_INFINITY : first + seconds * 1000;
  return { starts: starts.filter((one) => one <= until), ended };
}

/** Starts a container and watches it for its seconds, and until it is at rest if it comes to rest; it is gone then. */
async function watchContainer(container: string, name: string, seconds: number): Promise<Cell> {
  await docker(['start', container]);
  await pause((seconds + 2) * 1000);
  const ended = await eventually(`${name} to have ended`, async () => {
    const { status, code } = await containerState(container);
    if (status === 'exited') return code;
    return comesToRest(name) ? undefined : null;
  });
  await docker(['stop', '-t', '0', container]);
  const log = await logOf(container);
  await docker(['rm', '-f', container]);
  return cellOf(name, ownMomentsOf(log, 'start'), ended, seconds);
}

async function inContainers(project: Project, seconds: number): Promise<Cells> {
  await onProject(project, ['up', '--no-start'], 300);
  const cells = names.map(async (name, index): Promise<[string, Cell]> => {
    await pause(index * APART_MS);
    return [name, await watchContainer(`${project.name}-${name}-1`, name, seconds)];
  });
  const seen = await Promise.allSettled(cells);
  await removeProject(project);
  return Object.fromEntries(
    seen.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    }),
  );
}

/** The same of all members of a bundle, which start at once. */
async function asMembers(project: Project, container: string, seconds: number): Promise<Cells> {
  await onProject(project, ['up', '-d']);
  await eventually('all to be started', async () => {
    const text = await logOf(container);
    return names.every((name) => momentsOf(text, name, 'start').length > 0) ? true : undefined;
  });
  await pause((seconds + 2) * 1000);
  const ended = await eventually('what ends to have ended', async () => {
    const members = await membersOf(container);
    const codes = names.map((name): [string, number | null] => {
      const { state, exitCode } = members[name] ?? {};
      return [name, state === 'rest' ? (exitCode ?? -1) : null];
    });
    return codes.every(([name, code]) => code !== null || !comesToRest(name)) ? new Map(codes) : undefined;
  });
  const text = await logOf(container);
  await removeProject(project);
  const cells = names.map((name): [string, Cell] => [
    name,
    cellOf(name, momentsOf(text, name, 'start'), ended.get(name) ?? null, seconds),
  ]);
  return Object.fromEntries(cells);
}

/**
 * By how much each start came later than the Engine's rule has it: 0.1, 0.2, 0.4 … s after an end, anew after 10 s. The
 * last figure is that of the one that had not come in the end.
 */
function lateMs({ starts }: Cell, life: number, seconds: number): readonly number[] {
  const ruleMs = (index: number) => 1000 * (life + (life >= 10 ? 0.1 : Math.min(0.1 * 2 ** index, 60)));
  const until = (starts[0] ?? 0) + seconds * 1000;
  return [...starts.slice(1), until].map((at, index) => at - (starts[index] ?? 0) - ruleMs(index));
}

function compare(life: string, seconds: number, expected: Cells, observed: Cells): void {
  for (const name of names) {
    const [one, other] = [expected[name], observed[name]];
    if (!one || !other) throw new Error(`${name} was not watched`);
    compared += 1;
    if (isSame(one, other)) equal += 1;
    if (other.starts.length < one.starts.length) fewer += 1;
    if (!isRight(one, other, Number(life), seconds))
      wrong.push(`${name}, ${life} s: ${JSON.stringify(one)}, as a member ${JSON.stringify(other)}`);
  }
}

function isSame(one: Cell, other: Cell): boolean {
  return one.starts.length === other.starts.length && one.ended === other.ended;
}

/** Where the machine is busy, who goes on starting may be starts behind: what came must have come by the rule. */
function isRight(one: Cell, other: Cell, life: number, seconds: number): boolean {
  if (one.ended !== null || other.ended !== null) return isSame(one, other);
  const [late, otherLate] = [lateMs(one, life, seconds), lateMs(other, life, seconds)];
  const isEarly = [...late.slice(0, -1), ...otherLate.slice(0, -1)].some((ms) => ms < 0);
  return !isEarly && otherLate.every((ms) => ms <= 1000 * patience(2));
}

/** Whether the policy lets it come to rest. */
function comesToRest(name: string): boolean {
  return /^(no|failure3)-|^failure-exit0$/.test(name);
}

beforeAll(actImage);

afterAll(async () => {
  await Promise.allSettled(made.map(removeProject));
  for (const life of Object.keys(LIVES))
    await docker(['image', 'rm', '-f', `${NAME}-${life.replace('.', '')}:latest`]);
  discardFolders();
});

it(
  'a member is started as often as a container by the Engine, and ends with the same code',
  async () => {
    for (const [life, seconds] of Object.entries(LIVES)) {
      const name = `${NAME}-${life.replace('.', '')}`;
      // With a network of their own each start takes the Engine twice as long, and it forgets endpoints of containers
      // that are taken away meanwhile.
      const plain = writeProject(`${name}-plain`, servicesOf(life, { network_mode: 'host' }));
      const bundle = await bundleAct(writeProject(name, servicesOf(life)));
      made.push(plain, bundle);
      for (let repeat = 0; repeat < REPEATS; repeat += 1)
        compare(
          life,
          seconds,
          await inContainers(plain, seconds),
          await asMembers(bundle, bundle.container, seconds),
        );
    }
    record('R1', 'cells', equal === compared, {
      'equal counts and ends': `${equal} of ${compared}`,
      'fewer starts than in containers': fewer,
      'by the Engine’s rule': `${compared - wrong.length} of ${compared}`,
    });
    expect(wrong).toEqual([]);
  },
  1_800_000 * REPEATS,
);
