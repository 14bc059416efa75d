import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PERFORMANCE, performancePage, RESULTS, type Results } from '../../bench/performance-page.js';
import { matrixPage, PAGE, readRecorded } from '../live/life/matrix-page.js';
import { readScorecard } from '../live/life/scorecard.js';
import { SCORECARD_PAGE, scorecardPage } from '../live/life/scorecard-page.js';

it('the page of ends and restarts is written from what was recorded', () => {
  const page = matrixPage(readRecorded());
  if (process.env.UPDATE_FIXTURES === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});

it('the scorecard is written from what was measured', () => {
  const page = scorecardPage(readScorecard());
  if (process.env.UPDATE_FIXTURES === '1') writeFileSync(SCORECARD_PAGE, page);
  expect(readFileSync(SCORECARD_PAGE, 'utf8')).toBe(page);
});

it('every bar of the scorecard is met', () => {
  const missed = Object.entries(readScorecard()).flatMap(([row, parts]) =>
    Object.keys(parts).flatMap((part) => (parts[part]?.isMet === false ? [`${row}, ${part}`] : [])),
  );
  expect(missed).toEqual([]);
});

it('the page of performance is written from what was measured', () => {
  const page = performancePage(JSON.parse(readFileSync(RESULTS, 'utf8')) as Results);
  if (process.env.UPDATE_FIXTURES === '1') writeFileSync(PERFORMANCE, page);
  expect(readFileSync(PERFORMANCE, 'utf8')).toBe(page);
});
