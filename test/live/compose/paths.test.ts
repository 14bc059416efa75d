/** Links and paths that leave the project's folder: they mean what they meant, and nothing is written but the output folder. */
import { execFile } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { ProjectPlan } from '../../../src/plan/plan.js';
import { discardFolders, temporaryFolder } from '../bundles.js';
import { docker } from '../docker.js';
import { comparedProjects, readConfig } from './compare-projects.js';

const IMAGE = 'bundle-shared-test-paths:1';

afterAll(async () => {
  discardFolders();
  await docker(['image', 'rm', '--force', IMAGE]);
});

const FILES: Readonly<Record<string, string>> = {
  'outside/part.yaml':
    'services: { linked: { image: "debian:bookworm-slim", command: [sleep, "9"], volumes: ["./data:/data"] } }',
  'outside/above.yaml':
    'services: { above: { image: "debian:bookworm-slim", command: [sleep, "9"], env_file: own.env } }',
  'outside/own.env': 'WHERE=outside\n',
  'outside/data/file': 'data',
  'outside/context/Dockerfile': 'FROM debian:bookworm-slim\nCMD ["sleep", "9"]\n',
  'outside/precious': 'precious',
  'outside/folder/config.json': 'precious',
  'project/`touch pwned`;touch pwned/file': 'odd',
  'project/compose.yaml': `
name: bundle-shared-test-paths
include: [linked.yaml, ../outside/above.yaml]
services:
  app:
    image: ${IMAGE}
    build: ./context
    env_file: [linked.env, { path: ../outside/own.env }]
    volumes:
      - ./linked:/linked
      - ../outside/data:/above:ro
      - ./linked/../../outside/folder:/through
      - { type: bind, source: "./\`touch pwned\`;touch pwned", target: /odd }
    secrets: [linked, above]
    configs: [linked, above]
secrets: { linked: { file: ./precious }, above: { file: ../outside/precious } }
configs: { linked: { file: precious }, above: { file: ../outside/own.env } }
`,
};
const LINKS: Readonly<Record<string, string>> = {
  'project/linked.yaml': '../outside/part.yaml',
  'project/linked.env': '../outside/own.env',
  'project/linked': '../outside/data',
  'project/context': '../outside/context',
  'project/precious': '../outside/precious',
  'project/nowhere': '../outside/nowhere',
};

function makeProject(links: Readonly<Record<string, string>> = {}): string {
  const top = realpathSync(temporaryFolder());
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }
  for (const [path, target] of Object.entries({ ...LINKS, ...links })) symlinkSync(target, join(top, path));
  return top;
}

/** Every file, folder and link below a folder, with its content, but for what stands in the output folder. */
function everything(folder: string, output: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const path = join(folder, entry.name);
    if (path === output) return [];
    if (entry.isSymbolicLink()) return [[path, `-> ${readlinkSync(path)}`]];
    if (!entry.isDirectory()) return [[path, readFileSync(path, 'utf8')]];
    return [[path, 'folder'], ...Object.entries(everything(path, output))];
  });
  return Object.fromEntries(entries);
}

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** The program as a user runs it, inside the project's folder. */
async function run(top: string, output: string): Promise<Ended> {
  const words = [resolve('bin/bundle-shared.js'), 'build', '--no-build', '--output', output];
  const work = promisify(execFile)('node', words, { cwd: join(top, 'project') });
  return work.then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }: Ended) => ({ code, stderr }),
  );
}

function planIn(output: string): ProjectPlan {
  return JSON.parse(readFileSync(join(output, 'plan.json'), 'utf8'));
}

/** Compose, which is given the rewritten file by this path, finds the files of the original. */
async function expectSame(top: string, output: string): Promise<void> {
  const original = await readConfig(join(top, 'project'), [], {});
  const written = await readConfig('/', ['--file', join(output, 'compose.yaml')], {});
  const { expected, actual } = comparedProjects(original, written, planIn(output));
  expect(actual).toEqual(expected);
}

describe('links and paths that leave the project', () => {
  it('are those of the original in the rewritten file', async () => {
    const top = makeProject();
    const output = join(top, 'project/bundle');
    const before = everything(top, output);
    expect(await run(top, 'bundle')).toMatchObject({ code: 0 });
    expect(everything(top, output)).toEqual(before);
    expect(planIn(output).bundles.flatMap(({ members }) => members.map(({ service }) => service))).toEqual([
      'above',
      'app',
      'linked',
    ]);
    await expectSame(top, output);
  });

  it.each<[string, string, string, Readonly<Record<string, string>>]>([
    ['is in the folder above', '../out/bundle', 'out/bundle', {}],
    ['is a link to a folder elsewhere', 'bundle', 'outside/empty', { 'project/bundle': '../outside/empty' }],
    [
      'stands in a folder that is a link',
      'deep/bundle',
      'outside/a/b/c/bundle',
      { 'project/deep': '../outside/a/b/c' },
    ],
  ])('an output folder that %s gets all files, and nothing else does', async (_, given, real, links) => {
    const top = makeProject(links);
    mkdirSync(join(top, 'outside/empty'));
    mkdirSync(join(top, 'outside/a/b/c'), { recursive: true });
    mkdirSync(join(top, 'out'));
    const output = join(top, real);
    const before = everything(top, output);
    expect(await run(top, given)).toMatchObject({ code: 0 });
    expect(everything(top, output)).toEqual(before);
    await expectSame(top, output);
    await expectSame(top, resolve(top, 'project', given));
  });

  it('an output folder whose files became links is written again, and what they lead to is left alone', async () => {
    const top = makeProject();
    const output = join(top, 'project/bundle');
    mkdirSync(output);
    const plan = { project: 'p', bundles: [{ bundle: 'bundle', members: [] }] };
    writeFileSync(join(output, 'plan.json'), JSON.stringify(plan));
    symlinkSync('../../outside/precious', join(output, 'compose.yaml'));
    symlinkSync('../../outside/folder', join(output, 'members'));
    const before = everything(top, output);
    expect(await run(top, 'bundle')).toMatchObject({ code: 0 });
    expect(everything(top, output)).toEqual(before);
    expect(lstatSync(join(output, 'compose.yaml')).isFile()).toBe(true);
    expect(lstatSync(join(output, 'members')).isDirectory()).toBe(true);
  });

  it.each([
    ['leads nowhere', 'nowhere', {}],
    ['is the project itself', '.', {}],
    ['is the folder around it', '..', {}],
    [
      'holds a plan by a link',
      'bundle',
      { 'project/bundle': '../outside/folder', 'outside/folder/plan.json': '../precious' },
    ],
  ])('an output folder that %s is refused, and nothing changes', async (_, given, links) => {
    const top = makeProject(links);
    const plan = { project: 'p', bundles: [{ bundle: 'bundle', members: [] }] };
    if (given.startsWith('.')) writeFileSync(join(top, 'project', given, 'plan.json'), JSON.stringify(plan));
    const before = everything(top, 'none');
    const { code, stderr } = await run(top, given);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('OUTPUT_OCCUPIED') });
    expect(everything(top, 'none')).toEqual(before);
  });
});
