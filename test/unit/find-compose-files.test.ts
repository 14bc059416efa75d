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

describe('a project whose files are not named', () => {
  it('has the preferred name, and its override file', () => {
    const folder = project('override', {
      'docker-compose.yml': '',
      'compose.yml': '',
      'docker-compose.override.yml': '',
    });
    expect(findComposeFiles(folder, {})).toEqual([
      join(folder, 'compose.yml'),
      join(folder, 'docker-compose.override.yml'),
    ]);
  });

  it('is found from a folder below', () => {
    const folder = project('above', { 'compose.yaml': '' });
    expect(findComposeFiles(join(folder, 'below'), {})).toEqual([join(folder, 'compose.yaml')]);
  });

  it('is what COMPOSE_FILE says, in the environment or in .env', () => {
    const folder = project('named', { 'compose.yaml': '', '.env': 'A=1\nCOMPOSE_FILE="a.yaml:b.yaml"\n' });
    expect(findComposeFiles(folder, {})).toEqual(['a.yaml', 'b.yaml']);
    expect(findComposeFiles(folder, { COMPOSE_FILE: 'c.yaml,d.yaml', COMPOSE_PATH_SEPARATOR: ',' })).toEqual([
      'c.yaml',
      'd.yaml',
    ]);
  });
});
