import { expect, it } from 'vitest';
import { performancePage } from '../../bench/performance-page.js';

const machine = { rounds: 1, processors: 2, load: 0, slowness: 1 };
const page = (containers: object, bundle: object) => performancePage({ ...machine, containers, bundle });

it('a figure that rounds to its goal has as many digits as tell that it is missed', () => {
  const text = page({ redis: 10_000, own: 0 }, { redis: 9699.9, own: 0.5004 });
  expect(text).toMatch(/^\| Redis.* \| 0\.96999 +\| ratio ≥ 0\.97 \| no +\|$/m);
  expect(text).toContain('ratio ≥ 0.97 is not reached (0.96999).');
  expect(text).toContain('≤ 0.5 % is not reached (0.5004 %).');
});

it('a figure on the good side of its goal has the usual digits', () =>
  expect(page({ redis: 10_000 }, { redis: 9700 })).toMatch(/ \| 0\.97 +\| ratio ≥ 0\.97 \| yes +\|$/m));

it('what was not measured when the figures were recorded has no row', () => {
  const text = page({ redis: 1, own: 1 }, { redis: 1 });
  expect(text).toContain('| Redis GET');
  expect(text).not.toContain('| processor at rest of shims');
  expect(text).not.toContain('undefined');
});
