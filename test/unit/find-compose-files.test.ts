import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findComposeFiles } from '../../src/find-compose-files.js';

const root = mkdtempSync(join(tmpdir(), 'find-'));
afterAll(() => rmSync(root, { recursive: true }));

function project(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'below'), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

/** What is found for a folder; env files are asked for values, of which Compose makes these. */
async function found(
  projectDirectory: string,
  environment: NodeJS.ProcessEnv = {},
  { values = {}, envFiles = [] }: { values?: Record<string, string>; envFiles?: readonly string[] } = {},
) {
  const valuesOf = async (texts: readonly string[]) => texts.map((text) => values[text.slice(2, -2)] ?? '');
  return findComposeFiles({ projectDirectory, environment, envFiles, valuesOf });
}

describe('a project whose files are not named', () => {
  it('has the preferred name, and its override file', async () => {
    const folder = project('override', {
      'docker-compose.yml': '',
      'compose.yml': '',
      'docker-compose.override.yml': '',
    });
    expect((await found(folder)).files).toEqual([
      join(folder, 'compose.yml'),
      join(folder, 'docker-compose.override.yml'),
    ]);
  });

  it('is found from a folder below', async () => {
    const folder = project('above', { 'compose.yaml': '' });
    expect((await found(join(folder, 'below'))).files).toEqual([join(folder, 'compose.yaml')]);
  });

  it('is what COMPOSE_FILE says, in the environment or in .env', async () => {
    const folder = project('named', { 'compose.yaml': '', '.env': 'A=1\nCOMPOSE_FILE="a.yaml:b.yaml"\n' });
    const values = { COMPOSE_FILE: 'a.yaml:b.yaml' };
    expect((await found(folder, {}, { values })).files).toEqual(['a.yaml', 'b.yaml']);
    const environment = { COMPOSE_FILE: 'c.yaml,d.yaml', COMPOSE_PATH_SEPARATOR: ',' };
    expect((await found(folder, environment, { values })).files).toEqual(['c.yaml', 'd.yaml']);
    expect((await found(folder, { COMPOSE_DISABLE_ENV_FILE: '1' }, { values })).files).toEqual([
      join(folder, 'compose.yaml'),
    ]);
  });

  it('is what the files of --env-file say, in place of .env', async () => {
    const folder = project('chosen', { '.env': 'COMPOSE_FILE=a.yaml', other: 'COMPOSE_FILE=b.yaml' });
    const envFiles = [join(folder, 'other')];
    const values = { COMPOSE_FILE: 'b.yaml' };
    expect(await found(folder, {}, { values, envFiles })).toEqual({ files: ['b.yaml'], envFiles });
    expect(await found(folder, { COMPOSE_ENV_FILES: envFiles.join() }, { values })).toEqual({
      files: ['b.yaml'],
      envFiles,
    });
    const plain = join(folder, 'plain');
    writeFileSync(plain, 'A=1');
    expect((await found(folder, {}, { values, envFiles: [plain] })).files).toEqual([]);
  });
});
