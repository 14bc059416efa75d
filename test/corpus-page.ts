/** What is done with each project of the corpus, and why some are not run. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { corpusCases } from './live/compose/corpus.js';
import { builtHere } from './live/corpus/images.js';
import { LIVE } from './live/corpus/projects.js';
import { markdownTable } from './markdown-table.js';

export const CORPUS_PAGE = 'test/corpus/README.md';

const MADE_UP =
  'its program is made up; `mounts.test.ts` and `surroundings.test.ts` run programs with all of it';

/** Of projects whose images can be built here. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'assistants-dedicated': 'the Engine has no models',
  'dedicated-paths': 'its folders are made up: `corpus.test.ts` compares each path',
  'deploy-section': 'written for a swarm; `test/platforms` runs one',
  'devices-by-variable': 'its devices are made up: `corpus.test.ts` compares each path',
  'docs-healthy-start': 'as `voting`, whose conditions are run',
  'docs-interpolation': '`surroundings.test.ts` runs members whose values are expressions',
  'docs-networks': 'it needs a network of somebody else',
  'name-by-variable': 'its program is made up: `corpus.test.ts` compares each name',
  'netns-pair': 'as `references`, whose pair shares a network',
  'two-databases': 'as `voting`, with one database more',
  'united-limits': 'its programs are made up; `resources.test.ts` runs members with limits',
  profiles: 'as `references`, whose profile is run',
  'profiles-by-variable': 'as `references`, whose profile is run',
  analytics: 'its programs are made up: `corpus.test.ts` compares what Compose makes of both files',
  newsletter: 'its programs are made up: `corpus.test.ts` compares what Compose makes of both files',
  wiki: 'its programs are made up: `corpus.test.ts` compares what Compose makes of both files',
  'references-by-variable': 'as `references`, without variables',
  'relative-variables-explicit': 'its folders are made up: `corpus.test.ts` compares each path',
  'structure-groups': 'its programs are made up; `groups.test.ts` runs two groups',
  tenants: '`groups.test.ts` runs two groups',
};

export function corpusPage(): string {
  const rows = corpusCases().map((name) => [`\`${name}\``, fateOf(name)]);
  return [
    '# The corpus',
    '',
    'Compose files in the style of well-known applications and of documentation. Each is planned with the real',
    'Compose, and its `expected.json`, which a person has read, compared; the rewritten file must mean to Compose what',
    'the original meant (`test/live/compose/corpus.test.ts`). Those that can be are run as well, as containers and as a',
    'bundle, and asked the same (`test/live/corpus/run.test.ts`). Generated: `npm run fixtures`.',
    '',
    ...markdownTable(['project', 'beyond the plan'], rows),
    '',
  ].join('\n');
}

function fateOf(name: string): string {
  const { refused } = JSON.parse(readFileSync(join('test/corpus', name, 'expected.json'), 'utf8'));
  if (refused !== undefined) return 'refused: nothing to run';
  if (LIVE.some((live) => live.name === name)) return '**run** as containers and as a bundle';
  const missing = imagesOf(name).filter((image) => !builtHere(image));
  if (missing.length > 0 && NOT_RUN[name] === undefined)
    return `not run: no Debian package to build ${missing.join(', ')} from`;
  const reason = NOT_RUN[name] ?? (imagesOf(name).every((image) => image === 'tool:1') ? MADE_UP : undefined);
  if (reason === undefined) throw new Error(`${name} could be run: do, or say why not`);
  return `not run: ${reason}`;
}

function imagesOf(name: string): readonly string[] {
  const folder = join('test/corpus', name);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.ya?ml$/.test(path) && statSync(join(folder, path)).isFile(),
  );
  const texts = files.map((path) =>
    readFileSync(join(folder, path), 'utf8').replace(/\$\{\w+:-([^}]*)\}/g, '$1'),
  );
  const images = texts.flatMap((text) =>
    [...text.matchAll(/\bimage: "?([a-z][^\s",}]*)/g)].map(([, image]) => image),
  );
  return [...new Set(images)].filter((image) => image !== undefined).sort();
}
