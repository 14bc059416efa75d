/** Reads the command line into one of the commands. */
import { CommanderError } from 'commander';
import { nearest } from '../nearest.js';
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
    const commands = program.commands.map((command) => command.name());
    throw usageError(asProblem(error.message, nearest(argv[0] ?? '', commands)));
  }
  return found ?? { name: 'show', text: program.helpInformation() };
}

/**
 * Commander writes prose; a problem has no "error:" of its own, no full stop, and a fix. A misspelt command is taken for
 * a compose file of the command that needs no name: `command` is what it may have meant.
 */
function asProblem(message: string, command: string | undefined) {
  const [first = '', hint] = message.replace(/^error: /, '').split('\n');
  const option = /Did you mean (?:one of )?(.*)\?\)/.exec(hint ?? '')?.[1];
  const meant = option ?? (first.startsWith('too many arguments') ? command : undefined);
  const fix =
    meant === undefined
      ? 'bundle-shared --help lists commands, bundle-shared build --help its options'
      : `did you mean ${meant}?`;
  return usageProblems.USAGE(first.replace(/\.$/, ''), fix);
}
