/** Templates of the user's take the place of the shipped ones. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ProblemsError } from '../../src/problems.js';
import { bundleOf, discardFolders, temporaryFolder } from './bundles.js';
import { docker } from './docker.js';

const PROJECT = 'test/live/projects/ending/compose.yaml';
const TAG = 'bundle-shared-test:templates';

afterAll(async () => {
  await docker(['image', 'rm', '--force', TAG]);
  discardFolders();
});

const shipped = (name: string) => readFileSync(join('templates', name), 'utf8');

it('a Dockerfile and a supervisord.conf of the user’s are what is built', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'Dockerfile.hbs'), `${shipped('Dockerfile.hbs')}LABEL team="{{project}}"\n`);
  const conf = shipped('supervisord.conf.hbs').replace('loglevel=warn', 'loglevel=info');
  writeFileSync(join(folder, 'supervisord.conf.hbs'), conf);
  await bundleOf(PROJECT, { tag: TAG, templates: folder });
  const { stdout: team } = await docker(['image', 'inspect', '-f', '{{index .Config.Labels "team"}}', TAG]);
  expect(team.trim()).toBe('ending');
  const read = ['run', '--rm', '--entrypoint', 'cat', TAG, '/etc/supervisord.conf'];
  expect((await docker(read)).stdout).toContain('loglevel=info');
});

it('a template that loses a member is refused before anything is built', async () => {
  const folder = temporaryFolder();
  const conf = shipped('supervisord.conf.hbs').replace('{{#each members}}', '{{#each nobody}}');
  writeFileSync(join(folder, 'supervisord.conf.hbs'), conf);
  const error = await bundleOf(PROJECT, { tag: TAG, templates: folder }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProblemsError);
  expect((error as ProblemsError).problems.map(({ fix }) => fix).join('\n')).toMatch(/template/);
});
