/** The command line: from arguments to an exit code. The result goes to stdout, everything else to stderr. */
import { makeBundle, planBundle } from '../bundle.js';
import { dockerEngine } from '../engine/docker-engine.js';
import { asInterruption, exitCodeOf, ProblemsError } from '../problems.js';
import { buildCommand } from './build-command.js';
import { parseCommandLine } from './command-line.js';
import { envCommand } from './env/env-command.js';
import { inspectCommand } from './inspect-command.js';
import { interruptible } from './interrupt.js';
import type { Invocation } from './invocation.js';
import { outliveReaders } from './outlive-readers.js';
import { paintFor } from './paint.js';
import { planCommand } from './plan-command.js';
import { failureText } from './print-problems.js';
import type { Parts, Session } from './session.js';
import type { Streams } from './streams.js';
import { verifyCommand } from './verify/verify-command.js';

const PARTS: Parts = { createEngine: (signal) => dockerEngine({ signal }), makeBundle, planBundle };
/** EX_SOFTWARE of sysexits(3): the fault is ours. */
const BUG = 70;

/** `argv` without the program's own name. Resolves with the exit code. */
export async function main(argv: readonly string[], streams: Streams, parts: Parts = PARTS): Promise<number> {
  const isJson = argv.includes('--json');
  outliveReaders(streams);
  return interruptible(
    process,
    () => process.exit(exitCodeOf('interrupted')),
    async (signal) => {
      try {
        const invocation = parseCommandLine(argv);
        await runCommand(invocation, { ...parts, streams, signal, engine: parts.createEngine(signal) });
        return 0;
      } catch (error) {
        return fail(asInterruption(error, signal), streams, isJson);
      }
    },
  );
}

function runCommand(invocation: Invocation, session: Session): Promise<void> {
  switch (invocation.name) {
    case 'build':
      return buildCommand(invocation, session);
    case 'plan':
      return planCommand(invocation, session);
    case 'verify':
      return verifyCommand(invocation, session);
    case 'env':
      return envCommand(invocation, session);
    case 'inspect':
      return inspectCommand(invocation, session);
    case 'show':
      session.streams.stdout.write(invocation.text);
      return Promise.resolve();
  }
}

function fail(error: unknown, streams: Streams, isJson: boolean): number {
  if (!(error instanceof ProblemsError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    streams.stderr.write(
      `${stack}\n\nThis is a bug in bundle-shared. Please report it, with the lines above and the `,
    );
    streams.stderr.write('command you typed, where you got bundle-shared from.\n');
    return BUG;
  }
  streams.stderr.write(failureText(error, paintFor(streams.stderr, streams.env)));
  if (isJson) {
    const { problems, log, fault } = error;
    streams.stdout.write(`${JSON.stringify({ fault, problems, log }, null, 2)}\n`);
  }
  return exitCodeOf(error.fault);
}
