import { expect, it } from 'vitest';
import { readFixture } from '../../fixture.js';

it('a restart policy that a variable names is decided for a swarm, which is said', () => {
  const { problems } = readFixture('fixtures/stack');
  const decided = problems.filter(({ code }) => code === 'VARIABLE_DECIDED');
  expect(decided.map(({ message }) => message)).toEqual([
    '"restart" of service "report" holds a variable: its value of today is built in',
  ]);
});
