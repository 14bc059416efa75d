/** The CI build step: a non-interactive build that pushes to a registry and writes a metadata file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { bundleOf, discardFolders, temporaryFolder } from './bundles.js';
import { docker } from './docker.js';
import { registry } from './registry.js';

const tags: string[] = [];

afterAll(async () => {
  if (tags.length > 0) await docker(['image', 'rm', ...tags]);
  discardFolders();
});

it('a build step pushes the bundle, names its digest, and the pulled image tells what is inside', async () => {
  const tag = `${await registry()}/bundle-shared-test/ending:1`;
  const folder = temporaryFolder();
  const metadata = join(folder, 'metadata.json');
  const told: string[] = [];
  const streams = {
    stdout: { write: (text: string) => told.push(text) },
    stderr: { write: (text: string) => told.push(text) },
    env: {},
  };
  const words = [
    'test/live/projects/ending/compose.yaml',
    '-o',
    join(folder, 'bundle'),
    '-t',
    tag,
    '--push',
    '--progress',
    'plain',
    '--metadata-file',
    metadata,
  ];
  expect(await main(words, streams), told.join('')).toBe(0);
  const { 'containerimage.digest': digest } = JSON.parse(readFileSync(metadata, 'utf8'));
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  await docker(['image', 'rm', tag]);
  tags.push(`${tag.slice(0, tag.lastIndexOf(':'))}@${digest}`);
  await docker(['pull', '--quiet', tags[0] ?? '']);
  const { stdout: labels } = await docker([
    'image',
    'inspect',
    '-f',
    '{{json .Config.Labels}}',
    tags[0] ?? '',
  ]);
  expect(JSON.parse(labels)['io.github.bundle-shared.inventory']).toContain('"service":"bystander"');
});

it('a base that the Engine does not have is pulled as the user may, before the build', async () => {
  const base = `${await registry()}/bundle-shared-test/base:1`;
  await docker(['tag', 'debian:trixie-slim', base]);
  await docker(['push', '--quiet', base]);
  await docker(['image', 'rm', base]);
  const made = await bundleOf('test/live/projects/ending/compose.yaml', {
    base,
    tag: 'bundle-shared-test/of-a-base:1',
  });
  tags.push(base, made.tag);
  expect(made.told).toContain(`pulling ${base}`);
  await docker(['image', 'inspect', base]);
});
