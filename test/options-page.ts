/** docs/options.md, made from the commands themselves. */
import type { Command, Option } from 'commander';
import { describeProgram } from '../src/cli/program.js';
import { markdownTable } from './markdown-table.js';

const EXIT_CODES = [
  ['0', 'done'],
  ['1', 'the input cannot be bundled'],
  ['2', 'wrong usage'],
  ['3', 'Docker failed or is unreachable'],
  ['70', 'a fault of bundle-shared itself, with its stack'],
  ['130', 'interrupted'],
];

export function optionsPage(): string {
  const program = describeProgram(() => undefined);
  return [
    '# Commands and options',
    '',
    'Generated from the commands themselves. stdout has the result only; progress and problems go to stderr.',
    '',
    ...markdownTable(['exit code', 'meaning'], EXIT_CODES),
    '',
    'After a failure or an interruption nothing is left: no half-written folder, no tag, no container.',
    '',
    ...program.commands.flatMap(section),
  ].join('\n');
}

function section(command: Command): string[] {
  const words = command.registeredArguments.map((argument) => {
    const name = argument.name().toUpperCase();
    return argument.required ? name : `[${name}]`;
  });
  return [
    `## \`bundle-shared ${[command.name(), '[OPTIONS]', ...words].join(' ')}\``,
    '',
    `${command.description()}${command.name() === 'build' ? ' (the command when none is named)' : ''}`,
    '',
    ...markdownTable(['option', 'meaning'], command.options.map(optionRow)),
    '',
  ];
}

function optionRow({ flags, description, argChoices, defaultValue }: Option): string[] {
  const choices =
    argChoices === undefined ? '' : `: ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`;
  const isTold = typeof defaultValue === 'string' || typeof defaultValue === 'number';
  const meaning = description.replace(/<[^>]+>/g, '`$&`');
  return [`\`${flags}\``, `${meaning}${choices}${isTold ? ` (default: ${defaultValue})` : ''}`];
}
