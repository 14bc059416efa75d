/** Problems as text: what, where, why, and what to do. What they quote may be of anybody. */
import { stripControls } from '../engine/strip-controls.js';
import type { Problem, ProblemsError } from '../problems.js';
import type { Paint } from './paint.js';

export function problemsText(problems: readonly Problem[], paint: Paint): string {
  return problems.map((problem) => problemText(problem, paint)).join('');
}

function problemText(problem: Problem, paint: Paint): string {
  const colour = problem.severity === 'error' ? paint.red : paint.yellow;
  const { location, why, fix } = problem;
  const lines = [
    `${colour(`${problem.severity} ${problem.code}`)}: ${stripControls(problem.message)}`,
    ...(location === undefined
      ? []
      : [`  ${stripControls(location.file)}:${location.line}:${location.column}`]),
    ...(why === undefined ? [] : [`  why: ${indented(why)}`]),
    `  fix: ${indented(fix)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Problems, and the end of the log of what failed. */
export function failureText(error: ProblemsError, paint: Paint): string {
  const log = error.log.map((line) => `  ${paint.dim('|')} ${stripControls(line)}\n`).join('');
  return problemsText(error.problems, paint) + log;
}

function indented(text: string): string {
  return stripControls(text).replaceAll('\n', '\n       ');
}
