import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { matrixPage, PAGE, readRecorded } from '../live/life/matrix-page.js';

it('the page of ends and restarts is written from what was recorded', () => {
  const page = matrixPage(readRecorded());
  if (process.env.UPDATE_FIXTURES === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
