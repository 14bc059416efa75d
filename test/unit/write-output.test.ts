import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputFolder } from '../../src/write-output.js';

let top = '';

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'bundle-shared-test-'));
  for (const folder of ['empty', 'written', 'foreign']) mkdirSync(join(top, folder));
  writeFileSync(join(top, 'written', 'plan.json'), '{}');
  writeFileSync(join(top, 'foreign', 'precious'), '');
  writeFileSync(join(top, 'file'), '');
  symlinkSync('written', join(top, 'link'));
  symlinkSync('nowhere', join(top, 'dangling'));
});

afterEach(() => rmSync(top, { recursive: true }));

describe('the output folder', () => {
  it.each([
    ['absent', 'absent'],
    ['empty', 'empty'],
    ['written', 'written'],
    ['link', 'written'],
  ])('%s is written to at %s', (given, folder) => {
    expect(outputFolder(join(top, given))).toBe(join(top, folder));
  });

  it.each([
    ['foreign', 'holds files'],
    ['file', 'is a file'],
    ['dangling', 'leads nowhere'],
  ])('%s is refused, since it %s', (given, why) => {
    expect(() => outputFolder(join(top, given))).toThrow(why);
  });
});
