/** Reference pages are what the code says; `npm run fixtures` writes those that are generated. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMPOSE_FIXES } from '../../src/engine/docker-problems.js';
import type { Problem } from '../../src/problems.js';
import { OVERRIDE_KEYS } from '../../src/tenancy/x-bundle.js';
import { composePage } from '../compose-page.js';
import { CORPUS_PAGE, corpusPage } from '../corpus-page.js';
import { FIXTURES, fixtureNames } from '../fixture.js';
import { optionsPage } from '../options-page.js';
import { problemExamples } from '../problem-examples.js';

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

  it('list every problem that can be raised, with an example', async () => {
    const page = await problemsPage();
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync('docs/problems.md', page);
    expect(readFileSync('docs/problems.md', 'utf8')).toBe(page);
    const listed = [...page.matchAll(/^## (\w+)$/gm)].map(([, code]) => code);
    expect(listed).toEqual([...new Set([...codesRaised(), ...COMPOSE_FAILED])].sort());
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

  it('of the README say what the pages do of which it shows a part', () => {
    const rows = (page: string) =>
      (readFileSync(page, 'utf8').match(/^\| `docker .*$/gm) ?? []).map((row) => row.replace(/ +/g, ' '));
    expect(rows('README.md').length).toBeGreaterThanOrEqual(4);
    expect(rows('docs/day-two.md')).toEqual(expect.arrayContaining(rows('README.md')));
  });

  it('of the README name the figures that were measured', () => {
    const readme = readFileSync('README.md', 'utf8').replace(/\s+/g, ' ');
    const performance = readFileSync('docs/performance.md', 'utf8');
    const cell = (row: string, column: number) =>
      new RegExp(`^\\| ${row}(?:[^|]*\\|){${column}} *(\\S+)`, 'm').exec(performance)?.[1] ?? 'nothing';
    expect(readme).toContain(`names them: ${cell('log of one member', 3)} of the throughput`);
    const ratios = ['Redis GET', 'PostgreSQL', 'nginx'].map((row) => Number(cell(row, 3)));
    // Where each is at least as fast as in a container, one percent is what can be said.
    const lost = Math.max(1, Math.round((1 - Math.min(...ratios)) * 100));
    expect(readme).toContain(`Redis, PostgreSQL and nginx keep within ${lost} % of theirs`);
    const memory = Math.round(Number(cell('memory', 2)));
    expect(readme).toContain(`for eight members, ${memory} MB of memory`);
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

/** `docker compose VERB` that fails has a code of its own. */
const COMPOSE_FAILED = Object.keys(COMPOSE_FIXES).map((verb) => `COMPOSE_${verb.toUpperCase()}_FAILED`);

/** Every code that stands in the source where a problem is made. */
function codesRaised(): readonly string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return files.flatMap((file) =>
    [
      ...readFileSync(join('src', file), 'utf8').matchAll(
        /(?:\b(?:error|warning|dockerProblem)\)?\(\s*|\bcode: )'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|USAGE|INTERRUPTED)'/g,
      ),
    ].flatMap(([, code]) => code ?? []),
  );
}

async function problemsPage(): Promise<string> {
  const planned = fixtureNames('problems').map((code) => {
    const [problem] = JSON.parse(
      readFileSync(join(FIXTURES, 'problems', code, 'expected.json'), 'utf8'),
    ) as Problem[];
    if (problem === undefined) throw new Error(`no example of ${code}`);
    return problem;
  });
  const sections = [...planned, ...(await problemExamples())]
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, severity, message, why, fix }) =>
      [
        `## ${code}`,
        '',
        `${severity}: ${message}`,
        '',
        ...(why === undefined ? [] : [`- why: ${why}`]),
        `- fix: ${fix}`,
        '',
      ].join('\n'),
    );
  return [
    '# Problems',
    '',
    'All that can be found wrong with a project, a command, Docker or a bundle, each with an example. Generated.',
    '',
    ...sections,
  ].join('\n');
}
