import { expect, test } from 'vitest';
import { paintFor } from '../../../src/cli/paint.js';
import { failureText } from '../../../src/cli/print-problems.js';
import { table } from '../../../src/cli/table.js';
import { error, ProblemsError } from '../../../src/problems.js';
import { fakeStreams } from './fake-streams.js';

const STEERING = '\u001b]0;title\u0007\u001b[2Ja\u009bb';

test('nothing that a problem or a log quotes steers the terminal; line breaks stay', () => {
  const at = { file: STEERING, line: 1, column: 2 };
  const problem = error('CODE', STEERING, at, { why: `${STEERING}\nmore`, fix: STEERING });
  expect(
    failureText(new ProblemsError('input', [problem], [STEERING]), paintFor(fakeStreams().stderr, {})),
  ).toBe('error CODE: ab\n  ab:1:2\n  why: ab\n       more\n  fix: ab\n  | ab\n');
});

test('a cell of a table steers no terminal and keeps to its row', () => {
  expect(table(['A', 'B'], [[STEERING, 'x\ny']])).toBe('A   B\nab  x y\n');
});
