/** Every file of the corpus: its plan or refusal is the expected one, and what was written means what the original meant. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { comparedProjects, readConfig, withAbsoluteProfiles } from './compare-projects.js';
import { type Case, corpusCases, runCase } from './corpus.js';

afterAll(discardFolders);

/** What a person reads of a case: who shares, who stays out, what was said. */
function summaryOf({ result, problems }: Case): object {
  if (result === undefined) return { refused: problems };
  const { bundles, dedicated } = result.plan;
  return {
    bundles: Object.fromEntries(
      bundles.map(({ bundle, members }) => [bundle, members.map(({ service }) => service)]),
    ),
    ...(dedicated.length === 0 ? {} : { dedicated: dedicated.map(({ service }) => service) }),
    ...(problems.length === 0 ? {} : { warnings: problems }),
  };
}

describe.each(corpusCases())('%s', (name) => {
  it('becomes what a person has read, and stands in for the original', async () => {
    const done = await runCase(name);
    const expected = join('test/corpus', name, 'expected.json');
    const summary = `${JSON.stringify(summaryOf(done), null, 2)}\n`;
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync(expected, summary);
    expect(existsSync(expected) ? JSON.parse(readFileSync(expected, 'utf8')) : undefined).toEqual(
      summaryOf(done),
    );
    if (done.result === undefined) return;
    const original = await readConfig(done.folder, done.original, done.env);
    const file = join(done.output, 'compose.yaml');
    const written = await readConfig('/', ['--file', file, ...envFilesOf(done)], done.env);
    const { expected: wanted, actual } = comparedProjects(
      withAbsoluteProfiles(original, done.folder),
      withAbsoluteProfiles(written, done.output),
      done.result.plan,
    );
    expect(actual).toEqual(wanted);
  });
});

/** Other env files than `.env` are named again, as the summary tells the user. */
function envFilesOf({ folder, original }: Case): readonly string[] {
  return original.flatMap((flag, index) =>
    flag === '--env-file' ? [flag, join(folder, original[index + 1] ?? '')] : [],
  );
}
