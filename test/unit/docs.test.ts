/** Reference pages are what the code says; `npm run fixtures` writes those that are generated. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/problems.js';
import { OVERRIDE_KEYS } from '../../src/tenancy/x-bundle.js';
import { composePage } from '../compose-page.js';
import { CORPUS_PAGE, corpusPage } from '../corpus-page.js';
import { FIXTURES, fixtureNames } from '../fixture.js';
import { optionsPage } from '../options-page.js';

describe('the reference pages', () => {
  it('name every key of x-bundle, and no other', () => {
    const [service, group, project, network] = readFileSync('docs/x-bundle.md', 'utf8').split('\n## ');
    const listed = (page = '') => [...page.matchAll(/^\| `([a-z]+)` *\| /gm)].map(([, key]) => key).sort();
    expect(listed(service)).toEqual([...OVERRIDE_KEYS.service].sort());
    const own = (keys: readonly string[]) => keys.filter((key) => !isShared(key)).sort();
    expect(listed(group)).toEqual(own(OVERRIDE_KEYS.group));
    expect(listed(project)).toEqual(own(OVERRIDE_KEYS.project));
    expect(listed(network)).toEqual([...OVERRIDE_KEYS.network].sort());
  });

  it('list every problem of planning with an example', () => {
    const page = problemsPage();
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync('docs/problems.md', page);
    expect(readFileSync('docs/problems.md', 'utf8')).toBe(page);
  });

  it('list every command and option', () => {
    const page = optionsPage();
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync('docs/options.md', page);
    expect(readFileSync('docs/options.md', 'utf8')).toBe(page);
  });

  it('say of every key of Compose what becomes of it', () => {
    const page = composePage();
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync('docs/compose.md', page);
    expect(readFileSync('docs/compose.md', 'utf8')).toBe(page);
  });

  it('say of every project of the corpus whether it is run, or why not', () => {
    const page = corpusPage();
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync(CORPUS_PAGE, page);
    expect(readFileSync(CORPUS_PAGE, 'utf8')).toBe(page);
  });
});

/** Keys that a group and the project set for their services are explained once. */
function isShared(key: string): boolean {
  return key !== 'dedicated' && (OVERRIDE_KEYS.service as readonly string[]).includes(key);
}

function problemsPage(): string {
  const sections = fixtureNames('problems').map((code) => {
    const [problem] = JSON.parse(
      readFileSync(join(FIXTURES, 'problems', code, 'expected.json'), 'utf8'),
    ) as Problem[];
    if (problem === undefined) throw new Error(`no example of ${code}`);
    const why = problem.why === undefined ? [] : [`- why: ${problem.why}`];
    return [
      `## ${code}`,
      '',
      `${problem.severity}: ${problem.message}`,
      '',
      ...why,
      `- fix: ${problem.fix}`,
      '',
    ].join('\n');
  });
  return [
    '# Problems of planning',
    '',
    'What the plan can find, each with an example. Generated from the fixtures.',
    '',
    ...sections,
  ].join('\n');
}
