import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { PlanOptions } from '../../src/bundle-options.js';
import { dockerEngine } from '../../src/engine/docker-engine.js';
import { projectOptions } from '../../src/load-input.js';
import { caught } from './engine/caught.js';

const root = mkdtempSync(join(tmpdir(), 'folder-'));
afterAll(() => rmSync(root, { recursive: true }));
writeFileSync(join(root, 'compose.yaml'), '');
mkdirSync(join(root, 'locked'), { mode: 0o600 });
const isAllowedAll = process.getuid?.() === 0;
const LOCKED: readonly [string, PlanOptions, string][] = isAllowedAll
  ? []
  : [['a locked folder', { files: [join(root, 'locked/x.yaml')] }, 'may not be entered']];

it.each<[string, PlanOptions, string]>([
  ['a folder that is not there', { files: [join(root, 'dpeloy/compose.yaml')] }, 'there is no folder'],
  ['a file in place of a folder', { files: [join(root, 'compose.yaml/x.yaml')] }, 'is not a folder'],
  ['a path below a file', { files: [join(root, 'compose.yaml/x/y.yaml')] }, 'is below a file'],
  ['a project folder that is not there', { projectDirectory: join(root, 'nope') }, 'there is no folder'],
  ['a project folder that is a file', { projectDirectory: join(root, 'compose.yaml') }, 'is not a folder'],
  ...LOCKED,
])('%s is told as such, before Compose is run', async (_, options, why) => {
  const { fault, problems } = await caught(projectOptions(dockerEngine(), options));
  expect(fault).toBe('input');
  expect(problems.map(({ code }) => code)).toEqual(['COMPOSE_FILE_MISSING']);
  expect(problems[0]?.why).toContain(why);
});

it('a file that is not there is left to Compose', async () => {
  const files = [join(root, 'compsoe.yaml')];
  expect((await projectOptions(dockerEngine(), { files })).files).toEqual(files);
});
