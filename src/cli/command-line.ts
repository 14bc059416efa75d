/** Reads the command line into one of the commands. */
import { CommanderError } from 'commander';
import type { Invocation } from './invocation.js';
import { describeProgram } from './program.js';
import { usageError, usageProblems } from './usage-problems.js';

/** Throws ProblemsError('usage'). */
export function parseCommandLine(argv: readonly string[]): Invocation {
  let found: Invocation | undefined;
  let shown = '';
  const program = describeProgram((invocation) => {
    found = invocation;
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        shown += text;
      },
      writeErr: () => undefined,
    });
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { name: 'show', text: shown };
    throw usageError(asProblem(error.message));
  }
  return found ?? { name: 'show', text: program.helpInformation() };
}

/** Commander writes prose; a problem has no "error:" of its own, no full stop, and a fix. */
function asProblem(message: string) {
  const [first = '', hint] = message.replace(/^error: /, '').split('\n');
  const nearest = /Did you mean (?:one of )?(.*)\?\)/.exec(hint ?? '')?.[1];
  const fix =
    nearest === undefined
      ? 'bundle-shared --help lists commands, bundle-shared build --help its options'
      : `did you mean ${nearest}?`;
  return usageProblems.USAGE(first.replace(/\.$/, ''), fix);
}
