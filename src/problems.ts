/** Everything that can be wrong with an input: one constructor per code, so that a throw site reads as a sentence. */

export type Severity = 'error' | 'warning';

/** A place in a file of the user's; lines and columns count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong, or worth knowing, about an input; `fix` says what to do about it. */
export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly location?: Location;
  readonly why?: string;
  readonly fix: string;
}

interface Advice {
  readonly why?: string;
  readonly fix: string;
}

/** An error of a catalogue: `<stage>Problems.CODE(…)` reads as a sentence where it is raised. */
export function error(
  code: string,
  message: string,
  location: Location | undefined,
  advice: Advice,
): Problem {
  return { code, severity: 'error', message, ...(location === undefined ? {} : { location }), ...advice };
}

/** A warning of a catalogue; an error under `--strict`. */
export function warning(
  code: string,
  message: string,
  location: Location | undefined,
  advice: Advice,
): Problem {
  return { ...error(code, message, location, advice), severity: 'warning' };
}

/** Who is at fault, which decides the exit code: the input (1), the usage (2), Docker (3), or an interruption (130). */
export type Fault = 'input' | 'usage' | 'docker' | 'interrupted';

/** Carries all problems of one stage at once. */
export class ProblemsError extends Error {
  readonly problems: readonly Problem[];
  readonly fault: Fault;
  /** The end of a failing step's log, where there is one. */
  readonly log: readonly string[];

  constructor(fault: Fault, problems: readonly Problem[], log: readonly string[] = []) {
    super(problems.map((problem) => `${problem.code}: ${problem.message}`).join('\n'));
    this.name = 'ProblemsError';
    this.fault = fault;
    this.problems = problems;
    this.log = log;
  }
}

/** What an aborted work rejects with: nothing of it is left but what a warning has named. */
export function interruption(): ProblemsError {
  return new ProblemsError('interrupted', [
    error('INTERRUPTED', 'interrupted; nothing was left behind but what a warning names', undefined, {
      fix: 'run the command again',
    }),
  ]);
}

/** Whatever broke because of an abort is the abort, whatever its reason: a time that is up, an error of the caller's. */
export function asInterruption(cause: unknown, signal: AbortSignal): unknown {
  const isAbort = (cause instanceof Error && cause.name === 'AbortError') || cause === signal.reason;
  return signal.aborted && isAbort ? interruption() : cause;
}

/** The documented exit code of the command line for a fault. */
export function exitCodeOf(fault: Fault): number {
  return { input: 1, usage: 2, docker: 3, interrupted: 130 }[fault];
}
