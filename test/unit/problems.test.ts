import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dependencyProblems } from '../../src/plan/dependency-problems.js';
import { networkProblems } from '../../src/plan/network-problems.js';
import { planProblems } from '../../src/plan/plan-problems.js';
import { targetProblems } from '../../src/render/target-problems.js';
import { servicePlanProblems } from '../../src/tenancy/service-plan/service-plan-problems.js';
import { tenancyProblems } from '../../src/tenancy/tenancy-problems.js';
import { FIXTURES, fixtureNames, readFixture } from '../fixture.js';

const folders = fixtureNames('problems');
/** Raised before there is a plan, where images are read: their tests are those of reading images. */
const BEFORE_PLANNING = ['IMAGE_MISSING', 'NO_IMAGE'];

describe('the catalogue of problems', () => {
  it('has a fixture for each code, and a code for each fixture', () => {
    const codes = [
      ...Object.keys(planProblems),
      ...Object.keys(dependencyProblems),
      ...Object.keys(networkProblems),
      ...Object.keys(tenancyProblems),
      ...Object.keys(servicePlanProblems),
      ...Object.keys(targetProblems),
    ].filter((code) => !BEFORE_PLANNING.includes(code));
    expect(folders).toEqual(codes.sort());
  });

  it.each(folders)('%s reads as a person has read it', (code) => {
    const folder = join(FIXTURES, 'problems', code);
    const problems = readFixture(folder).problems.filter((problem) => problem.code === code);
    const text = `${JSON.stringify(problems, null, 2)}\n`;
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync(join(folder, 'expected.json'), text);
    expect(problems.length).toBeGreaterThan(0);
    expect(text).toBe(readFileSync(join(folder, 'expected.json'), 'utf8'));
  });

  it.each(folders)('%s says what to do about it', (code) => {
    for (const { fix, message } of readFixture(join(FIXTURES, 'problems', code)).problems) {
      expect(fix).not.toBe('');
      expect(message).not.toMatch(/[.]$/);
    }
  });
});
