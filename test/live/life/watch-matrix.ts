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
/** What runs for so long goes on running. */
const SETTLED_MS = 4000;
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** A cell that ended, or runs for long, or was started more often than one with an end of its own. */
function isSettled(hasEnded: boolean, isRunning: boolean, starts: readonly number[]): boolean {
  const now = Number(process.hrtime.bigint() / 1_000_000n);
  const isOld = now - (starts.at(-1) ?? now) > SETTLED_MS;
  return hasEnded || starts.length > MOST_STARTS || (isRunning && isOld);
}

interface Inspected {
  readonly Name: string;
  readonly State: { readonly Status: string; readonly ExitCode: number };
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
    const isDone = (name: string, index: number) => {
      const status = found[index]?.State.Status;
      return isSettled(status === 'exited', status === 'running', momentsOf(log, `${name}-1`, 'start'));
    };
    return services.every(isDone) ? found : undefined;
  });
  await onProject(project, ['stop']);
  const after = await inspect();
  const log = await onProject(project, ['logs', '--no-color']);
  return Object.fromEntries(
    services.map((name, index) => {
      const { State } = before[index] as Inspected;
      const starts = momentsOf(log, `${name}-1`, 'start');
      const restarting = State.Status === 'restarting' || starts.length > MOST_STARTS;
      const state = restarting ? 'restarting' : State.Status === 'running' ? 'running' : 'ended';
      const afterStop = (after[index] as Inspected).State.ExitCode;
      return [name, tell(state, starts, State.ExitCode, afterStop)];
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
    const isDone = (name: string) => {
      const state = found[name]?.state;
      return isSettled(state === 'rest', state === 'running', momentsOf(log, name, 'start'));
    };
    return services.every(isDone) ? found : undefined;
  });
  await inBundle(bundle.container, 'supervisorctl stop all');
  const after = await membersOf(bundle.container);
  const log = await logOf(bundle.container);
  return Object.fromEntries(
    services.map((name) => {
      const starts = momentsOf(log, name, 'start');
      return [
        name,
        tell(
          stateOf(before[name], starts.length),
          starts,
          before[name]?.exitCode ?? 0,
          after[name]?.exitCode ?? -1,
        ),
      ];
    }),
  );
}

function stateOf(member: MemberState | undefined, starts: number): string {
  const { state = 'unknown' } = member ?? {};
  if (state === 'rest') return 'ended';
  return state === 'delayed' || starts > MOST_STARTS ? 'restarting' : state;
}

function tell(state: string, starts: readonly number[], code: number, afterStop: number): Watched {
  const seen: Seen = {
    state,
    starts: state === 'restarting' ? null : starts.length,
    code: state === 'ended' ? code : null,
    afterStop: state === 'restarting' ? null : afterStop,
  };
  return { seen, starts };
}
