import { expect, it } from 'vitest';
import { stackDocument } from '../../../src/render/stack-document.js';
import { readFixture } from '../../fixture.js';

it('a restart policy that a variable names is decided for a swarm, which is said', () => {
  const { problems } = readFixture('fixtures/stack');
  const decided = problems.filter(({ code }) => code === 'VARIABLE_DECIDED');
  expect(decided.map(({ message }) => message)).toEqual([
    '"restart" of service "report" holds a variable: its value of today is built in',
  ]);
});

it('what Compose says with null is left out, but for variables and networks, which have a meaning without a value', () => {
  const web = {
    image: 'w',
    command: null,
    entrypoint: null,
    environment: { A: null },
    networks: { n: null },
  };
  const parts = { bundles: [], inactive: [], envFiles: [], locate: () => undefined };
  const { document } = stackDocument({ services: { web } }, parts);
  expect(document.services).toEqual({
    web: {
      image: 'w',
      environment: { A: null },
      networks: { n: null },
      deploy: { restart_policy: { condition: 'none' } },
    },
  });
});
