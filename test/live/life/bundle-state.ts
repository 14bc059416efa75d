/** What a running bundle says of itself. */
import { docker } from '../docker.js';

export interface MemberState {
  readonly member: string;
  readonly state: string;
  readonly detail: string;
  readonly health: string | null;
  readonly failingStreak: number;
  readonly checks: readonly { readonly code: number; readonly seconds: number; readonly output: string }[];
  readonly restarts: number;
  readonly uptimeSeconds: number | null;
  readonly exitCode: number | null;
  readonly pid: number | null;
  readonly memoryBytes: number | null;
  readonly cpuSeconds: number | null;
}

/** All members by name. */
export async function membersOf(container: string): Promise<Readonly<Record<string, MemberState>>> {
  const { stdout } = await docker(['exec', container, 'bundle-status', '--json']);
  return Object.fromEntries((JSON.parse(stdout) as MemberState[]).map((one) => [one.member, one]));
}

/** A shell line in the bundle itself, as its operator; gives stdout. */
export async function inBundle(container: string, line: string): Promise<string> {
  return (await docker(['exec', container, 'sh', '-c', line])).stdout;
}

/** State, exit code and run time of a container. */
export async function containerState(
  container: string,
): Promise<{ readonly status: string; readonly code: number; readonly seconds: number }> {
  const { stdout } = await docker(['inspect', '-f', '{{json .State}}', container]);
  const state = JSON.parse(stdout) as {
    Status: string;
    ExitCode: number;
    StartedAt: string;
    FinishedAt: string;
  };
  const seconds = (Date.parse(state.FinishedAt) - Date.parse(state.StartedAt)) / 1000;
  return { status: state.Status, code: state.ExitCode, seconds };
}

/** Everything that a container logged, both streams. */
export async function logOf(container: string): Promise<string> {
  const { stdout, stderr } = await docker(['logs', container]);
  return `${stdout}${stderr}`;
}

/** Milliseconds of the machine's clock at which a member said `word`: `name | word 123`. */
export function momentsOf(log: string, member: string, word: string): number[] {
  const line = new RegExp(`^${member} *\\| ${word} (\\d+)$`, 'gm');
  return [...log.matchAll(line)].map(([, at]) => Number(at));
}

/** The same of a container's own log, which names nobody. */
export function ownMomentsOf(log: string, word: string): number[] {
  return [...log.matchAll(new RegExp(`^${word} (\\d+)$`, 'gm'))].map(([, at]) => Number(at));
}
