/** How often a program is started: as a member as often as in a container of its own, by the Engine's rule. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { actImage, bundleAct, onProject, type Project, removeProject, writeProject } from './act.js';
import { logOf, membersOf, momentsOf } from './bundle-state.js';
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
/** Lives in seconds, and how long each is watched: until the middle of a long pause between two starts. */
const LIVES = sized({ 0: 20, 0.5: 22, 3: 29, 11: 50 }, { 0.5: 7.5 });
const REPEATS = sized(3, 1);

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

/** Waits until every service has been watched for its seconds since its own first start; the log of all. */
async function watch(log: () => Promise<string>, name: (service: string) => string, seconds: number) {
  await eventually('all to be started', async () => {
    const text = await log();
    return names.every((one) => momentsOf(text, name(one), 'start').length > 0) ? true : undefined;
  });
  await pause((seconds + 2) * 1000);
  const text = await log();
  return (service: string) => {
    const at = momentsOf(text, name(service), 'start');
    return at.filter((one) => one <= (at[0] ?? 0) + seconds * 1000);
  };
}

async function inContainers(project: Project, seconds: number): Promise<Cells> {
  await onProject(project, ['up', '-d'], 300);
  const log = () => onProject(project, ['logs', '--no-color'], 60);
  const startsOf = await watch(log, (service) => `${service}-1`, seconds);
  const containers = names.map((name) => `${project.name}-${name}-1`);
  const { stdout } = await docker(['inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', ...containers]);
  const ends = stdout.trim().split('\n');
  await removeProject(project);
  return Object.fromEntries(
    names.map((name, index) => {
      const [status, code] = ends[index]?.split(' ') ?? [];
      return [name, { starts: startsOf(name), ended: status === 'exited' ? Number(code) : null }];
    }),
  );
}

async function asMembers(project: Project, container: string, seconds: number): Promise<Cells> {
  await onProject(project, ['up', '-d']);
  const startsOf = await watch(
    () => logOf(container),
    (service) => service,
    seconds,
  );
  const members = await membersOf(container);
  await removeProject(project);
  return Object.fromEntries(
    names.map((name) => {
      const { state = 'unknown', exitCode = null } = members[name] ?? {};
      return [name, { starts: startsOf(name), ended: state === 'rest' ? exitCode : null }];
    }),
  );
}

/** Whether each start came when the Engine's rule has it: 0.1, 0.2, 0.4 … s after an end, anew after a run of 10 s. */
function isByTheRule({ starts }: Cell, life: number): boolean {
  const ruleMs = (index: number) => 1000 * (life + (life >= 10 ? 0.1 : Math.min(0.1 * 2 ** index, 60)));
  const late = starts.slice(1).map((at, index) => at - (starts[index] ?? 0) - ruleMs(index));
  return Math.min(...late, 0) >= 0 && Math.max(...late, 0) <= 2000 * patience();
}

function compare(life: string, expected: Cells, observed: Cells): void {
  for (const name of names) {
    const [one, other] = [expected[name], observed[name]];
    if (!one || !other) throw new Error(`${name} was not watched`);
    compared += 1;
    if (isSame(one, other)) equal += 1;
    if (!isRight(one, other, Number(life)))
      wrong.push(`${name}, ${life} s: ${JSON.stringify(one)}, as a member ${JSON.stringify(other)}`);
  }
}

function isSame(one: Cell, other: Cell): boolean {
  return one.starts.length === other.starts.length && one.ended === other.ended;
}

/** Where the machine is busy, who goes on starting may be a start behind: what came must have come by the rule. */
function isRight(one: Cell, other: Cell, life: number): boolean {
  const goOn = one.ended === null && other.ended === null;
  return goOn ? [one, other].every((cell) => isByTheRule(cell, life)) : isSame(one, other);
}

beforeAll(actImage);

afterAll(async () => {
  for (const project of made) await removeProject(project);
  for (const life of Object.keys(LIVES))
    await docker(['image', 'rm', '-f', `${NAME}-${life.replace('.', '')}:latest`]);
  discardFolders();
});

it('a member is started as often as a container by the Engine, and ends with the same code', async () => {
  for (const [life, seconds] of Object.entries(LIVES)) {
    const name = `${NAME}-${life.replace('.', '')}`;
    // With a network, an Engine that takes containers away while they start again forgets their endpoints.
    const plain = writeProject(`${name}-plain`, servicesOf(life, { network_mode: 'none' }));
    const bundle = await bundleAct(writeProject(name, servicesOf(life)));
    made.push(plain, bundle);
    for (let repeat = 0; repeat < REPEATS; repeat += 1)
      compare(life, await inContainers(plain, seconds), await asMembers(bundle, bundle.container, seconds));
  }
  record('R1', 'cells', equal === compared, {
    'equal counts and ends': `${equal} of ${compared}`,
    'by the rule on both sides': `${compared - wrong.length} of ${compared}`,
  });
  expect(wrong).toEqual([]);
}, 2_400_000);
