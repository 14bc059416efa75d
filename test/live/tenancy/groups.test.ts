/** Several groups: two images and one rewritten file that run as the separate containers did. */
import { readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBundle } from '../../../src/bundle.js';
import { main } from '../../../src/cli/main.js';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import { bundleOf, discardFolders, type Made, temporaryFolder } from '../bundles.js';
import { docker } from '../docker.js';
import { composeDown, composeUp, type Stack } from '../stacks.js';

const FILE = 'test/live/tenancy/groups/compose.yaml';
const PROJECT = 'bundle-shared-test-groups';
const TAGS = ['back', 'front'].map((group) => `${PROJECT}-${group}:latest`);

const ask = () => text(createConnection(18470, '127.0.0.1'));

async function imagesOf(tags: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
  return stdout
    .split('\n')
    .filter((tag) => tags.includes(tag))
    .sort();
}

describe('two groups and a dedicated service', () => {
  const original: Stack = { dir: dirname(FILE), project: `${PROJECT}-originals` };
  let made: Made;
  let stack: Stack = original;
  let expected: string;

  beforeAll(async () => {
    await composeUp(original);
    expected = await ask();
    await composeDown(original);
    made = await bundleOf(FILE);
    stack = { dir: made.output, project: PROJECT, file: join(made.output, 'compose.yaml') };
    await composeUp(stack);
  });

  afterAll(async () => {
    await composeDown(stack);
    await docker(['image', 'rm', ...TAGS]);
    discardFolders();
  });

  it('answer as two bundles exactly as they did in containers of their own', async () => {
    expect(expected).toBe(
      'outside [administered [shown in the shop [kept, queued by $0 [kept]]], queued by $0 [kept]]',
    );
    expect(await ask()).toBe(expected);
  });

  it('are three containers, in one folder with a sub-folder for each bundle', async () => {
    const { stdout } = await docker(['ps', '--filter', `name=${PROJECT}-`, '--format', '{{.Names}}']);
    expect(stdout.trim().split('\n').sort()).toEqual(
      ['back', 'front', 'outside'].map((name) => `${PROJECT}-${name}-1`),
    );
    expect(readdirSync(made.output).sort()).toEqual(['back', 'compose.yaml', 'front', 'plan.json']);
    expect(made.bundles.map(({ bundle, tag }) => [bundle, tag])).toEqual([
      ['back', TAGS[0]],
      ['front', TAGS[1]],
    ]);
  });

  it('are verified together', async () => {
    const told: string[] = [];
    const streams = {
      stdout: { write: (line: string) => told.push(line) },
      stderr: { write: () => undefined },
      env: {},
    };
    expect(await main(['verify', made.output, '--json', '--timeout', '400'], streams)).toBe(0);
    const { healthy, bundles } = JSON.parse(told.join(''));
    expect(healthy).toBe(true);
    expect(
      bundles.map((one: { bundle: string; members: unknown[] }) => [one.bundle, one.members.length]),
    ).toEqual([
      ['back', 2],
      ['front', 2],
    ]);
  });
});

it('a second bundle that cannot be built leaves no tag of the first, and no folder', async () => {
  const real = dockerEngine();
  const output = join(temporaryFolder(), 'bundle');
  let builds = 0;
  const engine = {
    ...real,
    build: (request: Parameters<typeof real.build>[0]) => {
      builds += 1;
      if (builds < 2) return real.build(request);
      const files = request.files.map((file) =>
        file.path === 'Dockerfile' ? { ...file, content: `${file.content}\nRUN ["false"]\n` } : file,
      );
      return real.build({ ...request, files });
    },
  };
  await expect(makeBundle(engine, { files: [FILE], output })).rejects.toMatchObject({ fault: 'docker' });
  expect(builds).toBe(2);
  expect(await imagesOf(TAGS)).toEqual([]);
  expect(readdirSync(dirname(output))).toEqual([]);
  discardFolders();
});
