import { expect, it } from 'vitest';
import { nearest } from '../../src/nearest.js';

it.each([
  ['critcal', 'critical'],
  ['Stopsignals', 'stopsignal'],
  ['port', 'ports'],
  ['nothing-like-it', undefined],
])('the word nearest to %s is %s', (word, known) =>
  expect(nearest(word, ['critical', 'ports', 'stopsignal'])).toBe(known),
);
