import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertOutside, outputFolder, tryOutput } from '../../src/output-folder.js';

let top = '';

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'bundle-shared-test-'));
  for (const folder of ['empty', 'written', 'foreign', 'planned', 'linked']) mkdirSync(join(top, folder));
  const plan = { project: 'shop', bundles: [{ bundle: 'bundle', members: [] }] };
  writeFileSync(join(top, 'written', 'plan.json'), JSON.stringify(plan));
  writeFileSync(join(top, 'planned', 'plan.json'), '{"format_version":"1.2","resource_changes":[]}');
  symlinkSync('../written/plan.json', join(top, 'linked', 'plan.json'));
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
    ['planned', 'holds files'],
    ['linked', 'holds files'],
    ['file', 'is a file'],
    ['dangling', 'leads nowhere'],
  ])('%s is refused, since it %s', (given, why) => {
    expect(() => outputFolder(join(top, given))).toThrow(why);
  });

  it.each([
    ['written', '.', []],
    ['written', 'written', []],
    ['link', 'link', []],
    ['.', 'written', []],
    ['written', 'empty', ['written/compose.yaml']],
    ['written', 'empty', ['file', 'link/compose.yaml']],
  ])('%s is for a project in %s with files %j', (output, directory, files) => {
    writeFileSync(join(top, 'written', 'compose.yaml'), '');
    const project = { directory: join(top, directory), files: files.map((file) => join(top, file)) };
    const check = () => assertOutside(realpathSync(join(top, output)), project);
    if (directory === '.') expect(check).not.toThrow();
    else expect(check).toThrow('belongs to the project');
  });

  it.each(['written', 'empty', 'absent', 'absent/deep'])(
    '%s can be written, which leaves no trace',
    async (given) => {
      const before = readdirSync(top);
      await tryOutput(outputFolder(join(top, given)));
      expect(readdirSync(top)).toEqual(before);
    },
  );

  it.each(['file/below', 'file/far/below'])(
    '%s is refused, since a file stands in the way',
    async (given) => {
      const trial = async () => tryOutput(outputFolder(join(top, given)));
      await expect(trial()).rejects.toMatchObject({
        fault: 'usage',
        problems: [{ code: 'OUTPUT_UNWRITABLE', why: expect.stringContaining('not a directory') }],
      });
    },
  );
});
