import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAssets } from '../../src/assets.js';
import { renderFiles } from '../../src/render/render-files.js';
import { FIXTURES, fixtureNames, readFixture } from '../fixture.js';

const isUpdate = process.env.UPDATE_FIXTURES === '1';
const cases = fixtureNames('.').filter((name) => name !== 'problems');

/** Generated but the same for every plan: the runtime is not compared file by file. */
const isCompared = (path: string) => !/(?:^|\/)(?:(?:assembly|runtime)\/.*|\.dockerignore)$/.test(path);

describe.each(cases)('the files of %s', (name) => {
  const folder = join(FIXTURES, name);
  const expected = join(folder, 'expected');

  it('are those that a person has read', async () => {
    const { planned, project, problems, options } = readFixture(folder);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const files = renderFiles(planned.plan, project, await readAssets(), '..', options.target).filter(
      ({ path }) => isCompared(path),
    );
    if (isUpdate) update(expected, files);
    const listed = readdirSync(expected, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(
      listed.map((entry) => join(entry.parentPath, entry.name).slice(expected.length + 1)).sort(),
    ).toEqual(files.map(({ path }) => path));
    for (const { path, content } of files)
      expect(content, path).toBe(readFileSync(join(expected, path), 'utf8'));
  });

  it('are the same whatever order services are read in', () => {
    const first = readFixture(folder);
    expect(JSON.stringify(readFixture(folder).planned.plan)).toBe(JSON.stringify(first.planned.plan));
  });
});

function update(
  expected: string,
  files: readonly { readonly path: string; readonly content: string }[],
): void {
  rmSync(expected, { recursive: true, force: true });
  for (const { path, content } of files) {
    mkdirSync(dirname(join(expected, path)), { recursive: true });
    writeFileSync(join(expected, path), content);
  }
}
