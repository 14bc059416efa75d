import { expect, test } from 'vitest';
import { variableProblems } from '../../src/variable-problems.js';

test('a variable in the structure of an included file is named with its file and line', () => {
  const text = 'services:\n  a:\n    image: i\n    ulimits:\n      nofile: "${N}"\n    cgroup: ${C}\n';
  const problems = variableProblems(
    { named: [], referenced: [{ file: 'b/c.yaml', text }] },
    'words of Compose',
  );
  expect(problems.map(({ code, location }) => ({ code, location }))).toEqual([
    { code: 'VARIABLE_IN_STRUCTURE', location: { file: 'b/c.yaml', line: 5, column: 15 } },
    { code: 'VARIABLE_IN_STRUCTURE', location: { file: 'b/c.yaml', line: 6, column: 13 } },
  ]);
  expect(problems[0]?.message).toContain('services.a.ulimits.nofile');
});

test('a variable that is not found is told in the words of Compose', () => {
  expect(variableProblems({ named: [], referenced: [] }, 'words of Compose')).toMatchObject([
    { code: 'VARIABLE_IN_STRUCTURE', why: 'words of Compose' },
  ]);
});
