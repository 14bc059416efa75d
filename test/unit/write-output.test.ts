import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StagedOutput, stageOutput } from '../../src/write-output.js';

let top = '';
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'bundle-shared-test-'));
});
afterEach(() => rmSync(top, { recursive: true }));

const stage = (content: string, folder = 'out'): Promise<StagedOutput> =>
  stageOutput(join(top, folder), [{ path: 'sub/file', content, mode: 0o644, isInContext: true }], undefined);

const content = () => readFileSync(join(top, 'out/sub/file'), 'utf8');

describe('an output folder', () => {
  it('takes the place of what stood there, of which nothing is left', async () => {
    for (const text of ['first', 'second']) {
      const staged = await stage(text);
      await staged.place();
      await staged.settle();
      expect([content(), readdirSync(top)]).toEqual([text, ['out']]);
    }
  });

  it('is as open to others as any new folder, or as what it replaces', async () => {
    const mode = () => statSync(join(top, 'out')).mode & 0o777;
    await (await stage('first')).place();
    expect(mode()).toBe(0o777 & ~process.umask());
    chmodSync(join(top, 'out'), 0o750);
    await (await stage('second')).place();
    expect(mode()).toBe(0o750);
  });

  it.each([false, true])('leaves what stood there when it is taken back (placed: %s)', async (isPlaced) => {
    await (await stage('first')).place();
    const staged = await stage('second');
    if (isPlaced) await staged.place();
    await staged.undo();
    expect([content(), readdirSync(top)]).toEqual(['first', ['out']]);
  });

  it('leaves no folder above it that it made', async () => {
    const staged = await stage('first', 'a/b/out');
    await staged.place();
    await staged.undo();
    expect(readdirSync(top)).toEqual([]);
  });

  it('that another run wrote meanwhile is its own', async () => {
    await (await stage('first')).place();
    const [mine, other] = [await stage('mine'), await stage('other')];
    await mine.place();
    await other.place();
    await other.settle();
    await mine.undo();
    expect([content(), readdirSync(top)]).toEqual(['other', ['out']]);
  });

  it('lets what stood there come back when it cannot take its place', async () => {
    await (await stage('first')).place();
    const staged = await stage('second');
    // Moved away by somebody else.
    const staging = readdirSync(top).find((name) => name.startsWith('.out-')) ?? '';
    const place = async () => {
      const placing = staged.place();
      rmSync(join(top, staging), { recursive: true });
      await placing;
    };
    await expect(place()).rejects.toMatchObject({ fault: 'usage' });
    await staged.undo();
    expect([content(), readdirSync(top)]).toEqual(['first', ['out']]);
  });

  it('says why it cannot be written', async () => {
    writeFileSync(join(top, 'file'), '');
    await expect(stage('first', 'file/far/out')).rejects.toMatchObject({
      fault: 'usage',
      problems: [{ code: 'OUTPUT_UNWRITABLE', why: expect.stringContaining('not a directory') }],
    });
  });
});
