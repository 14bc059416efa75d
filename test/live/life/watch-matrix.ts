/** Runs the cells by `docker compose up` and as one bundle, and tells of both in the same words. */
import { docker, eventually } from '../docker.js';
import { type Bundled, onProject, type Project } from './act.js';
import { inBundle, logOf, type MemberState, membersOf, momentsOf } from './bundle-state.js';

/** What was seen of one cell. */
export interface Seen {
  /** `running`, `ended`, or `restarting` when it is started again and again. */
  readonly state: string;
  /** Starts within the time watched; as many as the policy allows when it ended, else null. */
  readonly starts: number | null;
  /** Exit code with which it ended for good. */
  readonly code: number | null;
  /** Exit code after a stop by hand; null when it depends on where in its restarts the stop meets it. */
  readonly afterStop: number | null;
}

export interface Watched {
  readonly seen: Seen;
  /** Milliseconds of every start, by the machine's clock. */
  readonly starts: readonly number[];
}

const WATCH_SECONDS = 9;
/** A policy with an end of its own starts no cell more often. */
const MOST_STARTS = 3;
/** A cell without one is watched until it was started so often: five delays to compare. */
const WATCHED_STARTS = 6;
/** What runs for so long goes on running. */
const SETTLED_MS = 4000;
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

type Phase = 'running' | 'ended' | 'between';

/**
 * Whether a cell ended, or runs for long, or was started more often than one with an end of its own. Of the log, read
 * between two looks at the phase: what ended before it has all its starts there, what ran before and after it has had
 * its last start.
 */
function isSettled(before: Phase, starts: readonly number[], after: Phase): boolean {
  const now = Number(process.hrtime.bigint() / 1_000_000n);
  const isOld = now - (starts.at(-1) ?? now) > SETTLED_MS;
  const runs = before === 'running' && after === 'running' && isOld;
  return before === 'ended' || starts.length >= WATCHED_STARTS || (starts.length <= MOST_STARTS && runs);
}

interface Inspected {
  readonly Name: string;
  readonly State: { readonly Status: string; readonly ExitCode: number };
}

function phaseOf(container: Inspected | undefined): Phase {
  const { Status } = container?.State ?? {};
  return Status === 'running' ? 'running' : Status === 'exited' ? 'ended' : 'between';
}

function phaseIn(member: MemberState | undefined): Phase {
  return member?.state === 'running' ? 'running' : member?.state === 'rest' ? 'ended' : 'between';
}

/** The same services in containers of their own. */
export async function watchCompose(
  project: Project,
  services: readonly string[],
): Promise<Record<string, Watched>> {
  await onProject(project, ['up', '-d', '--no-build']);
  await pause(WATCH_SECONDS);
  const inspect = async () => {
    const { stdout } = await docker(['inspect', ...services.map((name) => `${project.name}-${name}-1`)]);
    return JSON.parse(stdout) as Inspected[];
  };
  const before = await eventually('all containers to have settled', async () => {
    const found = await inspect();
    const log = await onProject(project, ['logs', '--no-color']);
    const again = await inspect();
    const isDone = (name: string, index: number) =>
      isSettled(phaseOf(found[index]), momentsOf(log, `${name}-1`, 'start'), phaseOf(again[index]));
    return services.every(isDone) ? found : undefined;
  });
  await onProject(project, ['stop']);
  const after = await inspect();
  const log = await onProject(project, ['logs', '--no-color']);
  return Object.fromEntries(
    services.map((name, index) => {
      const { State } = before[index] as Inspected;
      const starts = momentsOf(log, `${name}-1`, 'start');
      const afterStop = (after[index] as Inspected).State.ExitCode;
      return [name, tell(phaseOf(before[index]), starts, State.ExitCode, afterStop)];
    }),
  );
}

/** The services as members of one bundle. */
export async function watchBundle(
  bundle: Bundled,
  services: readonly string[],
): Promise<Record<string, Watched>> {
  await onProject(bundle, ['up', '-d']);
  await pause(WATCH_SECONDS);
  const before = await eventually('all members to have settled', async () => {
    const found = await membersOf(bundle.container).catch(() => undefined);
    if (found === undefined) return undefined;
    const log = await logOf(bundle.container);
    const again = await membersOf(bundle.container);
    const isDone = (name: string) =>
      isSettled(phaseIn(found[name]), momentsOf(log, name, 'start'), phaseIn(again[name]));
    return services.every(isDone) ? found : undefined;
  });
  await inBundle(bundle.container, 'supervisorctl stop all');
  const after = await membersOf(bundle.container);
  const log = await logOf(bundle.container);
  return Object.fromEntries(
    services.map((name) => {
      const starts = momentsOf(log, name, 'start');
      const afterStop = after[name]?.exitCode ?? -1;
      return [name, tell(phaseIn(before[name]), starts, before[name]?.exitCode ?? 0, afterStop)];
    }),
  );
}

function tell(phase: Phase, starts: readonly number[], code: number, afterStop: number): Watched {
  const state = starts.length > MOST_STARTS ? 'restarting' : phase;
  const seen: Seen = {
    state,
    starts: state === 'restarting' ? null : starts.length,
    code: state === 'ended' ? code : null,
    afterStop: state === 'restarting' ? null : afterStop,
  };
  return { seen, starts };
}
