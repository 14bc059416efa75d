import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ProblemsError } from '../../src/problems.js';
import { readSources } from '../../src/read-sources.js';

const top = mkdtempSync(join(tmpdir(), 'sources-'));
afterAll(() => rmSync(top, { recursive: true }));

const BOMB = [...'abcdefgh']
  .map((letter, index, all) => {
    const items = Array.from({ length: 9 }, () => (index === 0 ? 'x' : `*${all[index - 1]}`));
    return `x-${letter}: &${letter} [${items.join(', ')}]`;
  })
  .join('\n');
const extend = (file: string) => `services: { a: { image: i, extends: { file: ${file}, service: b } } }\n`;

let count = 0;
/** Files that are read for a project whose first file is `compose.yaml`, or the codes of its refusal. */
async function read(files: Readonly<Record<string, string>>): Promise<string[]> {
  count += 1;
  const folder = join(top, String(count));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const options = { files: [join(folder, 'compose.yaml')], envFiles: [], profiles: [] };
  try {
    const { referenced } = await readSources(options, folder, async () => undefined);
    return referenced.map(({ file }) => file.slice(file.indexOf(folder.slice(1)) + folder.length));
  } catch (cause) {
    if (!(cause instanceof ProblemsError)) throw cause;
    return cause.problems.map(({ code, message }) => `${code} ${/"(?:.*\/)?([^"]*)"/.exec(message)?.[1]}`);
  }
}

describe('files that a project includes or extends', () => {
  it('are read in every form, from the folder that they count from', async () => {
    const found = await read({
      'compose.yaml': `include:\n  - one.yaml\n  - path: [two/a.yaml, two/b.yaml]\n    project_directory: three\n${extend('four/c.yaml')}`,
      'one.yaml': 'services: {}',
      'two/a.yaml': 'include: [d.yaml]',
      'two/b.yaml': 'services: {}',
      'three/d.yaml': 'services: {}',
      'four/c.yaml': extend('e.yaml'),
      'four/e.yaml': 'services: { b: {} }',
    });
    expect(found.sort()).toEqual([
      'four/c.yaml',
      'four/e.yaml',
      'one.yaml',
      'three/d.yaml',
      'two/a.yaml',
      'two/b.yaml',
    ]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['included', { 'compose.yaml': 'include: [bad.yaml]' }],
    [
      'included by a file that is included',
      { 'compose.yaml': 'include: [x.yaml]', 'x.yaml': 'include: [bad.yaml]' },
    ],
    ['extended', { 'compose.yaml': extend('bad.yaml') }],
    [
      'extended by an anchor',
      { 'compose.yaml': `x-e: &e { file: bad.yaml, service: b }\nservices: { a: { extends: *e } }` },
    ],
    [
      'extended by a merged key',
      { 'compose.yaml': `x-e: &e { extends: { file: bad.yaml } }\nservices: { a: { <<: *e } }` },
    ],
    [
      'extended by a key spelt with escapes',
      { 'compose.yaml': 'services: { a: { "\\x65xtends": { file: bad.yaml } } }' },
    ],
    ['included in a second document', { 'compose.yaml': 'services: {}\n---\ninclude: [bad.yaml]' }],
  ])('are refused when one is an alias bomb: %s', async (_, files) => {
    expect(await read({ ...files, 'bad.yaml': BOMB })).toEqual(['ALIAS_BOMB bad.yaml']);
  });

  it('are refused when one is nested too deep', async () => {
    const deep = `x: ${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(await read({ 'compose.yaml': 'include: [deep.yaml]', 'deep.yaml': deep })).toEqual([
      'NESTED_TOO_DEEP deep.yaml',
    ]);
  });

  it('are refused when one is a device, which never ends', async () => {
    expect(await read({ 'compose.yaml': 'include: [/dev/zero]' })).toEqual(['COMPOSE_FILE_MISSING zero']);
  });

  it('may go in a circle or be absent, which Compose complains about', async () => {
    expect(await read({ 'compose.yaml': extend('a.yaml'), 'a.yaml': extend('compose.yaml') })).toEqual([
      'a.yaml',
    ]);
    expect(await read({ 'compose.yaml': `include: [none.yaml, https://h/x.git]\n${extend('.')}` })).toEqual(
      [],
    );
  });

  it('are refused beyond a thousand', async () => {
    const chain = Array.from({ length: 1010 }, (_, index) => [
      `${index}.yaml`,
      `include: [${index + 1}.yaml]`,
    ]);
    const files = { 'compose.yaml': 'include: [0.yaml]', ...Object.fromEntries(chain) };
    expect(await read(files)).toEqual(['TOO_MANY_FILES undefined']);
  });
});
