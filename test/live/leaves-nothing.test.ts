/** After a failure or an interruption the Engine and the disk are as they were. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBundle } from '../../src/bundle.js';
import type { BundleEvent, BundleOptions } from '../../src/bundle-options.js';
import { dockerEngine } from '../../src/engine/docker-engine.js';
import type { Engine } from '../../src/engine/engine.js';
import { ProblemsError } from '../../src/problems.js';
import { bundleOf, discardFolders, temporaryFolder } from './bundles.js';
import { docker, eventually } from './docker.js';

const PROJECT = 'test/live/projects/ending/compose.yaml';
const TAG = 'bundle-shared-test:leaves-nothing';
const BEGUN = 'building the image';

let before: string;

/** The first bundle has the tag that each failing build would have moved. */
beforeAll(async () => {
  const made = await bundleOf(PROJECT, { tag: TAG });
  before = made.bundles[0]?.imageId ?? '';
});

afterAll(async () => {
  await docker(['image', 'rm', '--force', TAG]);
  discardFolders();
});

interface Attempt {
  readonly engine?: Partial<Engine>;
  readonly options?: BundleOptions;
  readonly onEvent?: (event: BundleEvent, abort: () => void) => void;
}

/** A build that must fail; `marker` makes its image differ from all others. */
async function failing({ engine = {}, options = {}, onEvent }: Attempt): Promise<ProblemsError> {
  const controller = new AbortController();
  const output = join(temporaryFolder(), 'bundle');
  const work = makeBundle(
    { ...dockerEngine(), ...engine },
    {
      files: [PROJECT],
      output,
      tag: TAG,
      projectName: `bundle-shared-test-${Math.random().toString(36).slice(2)}`,
      signal: controller.signal,
      onEvent: (event) => onEvent?.(event, () => controller.abort()),
      ...options,
    },
  );
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProblemsError);
  await expectNothingOf(output);
  return error as ProblemsError;
}

async function expectNothingOf(output: string): Promise<void> {
  expect(readdirSync(dirname(output))).toEqual([]);
  const { stdout: id } = await docker(['image', 'inspect', '-f', '{{.Id}}', TAG]);
  expect(id.trim()).toBe(before);
  // Another test may have one at this moment: what is left is found by every look.
  await eventually('no container to be left', async () => {
    const { stdout: containers } = await docker(['ps', '-aq', '--filter', 'name=bundle-shared-once-']);
    return containers === '' ? true : undefined;
  });
}

/** Images of bundles with this tag, whether or not it still names them. */
async function imagesFor(tag: string): Promise<readonly string[]> {
  const label = `label=org.opencontainers.image.title=${tag}`;
  const { stdout } = await docker(['image', 'ls', '--all', '--quiet', '--no-trunc', '--filter', label]);
  return stdout.split('\n').filter((id) => id !== '');
}

it('a push that is refused leaves the old tag, no image and no folder', async () => {
  const nowhere = '127.0.0.1:9/bundle-shared-test/ending:1';
  const error = await failing({ options: { tag: nowhere, push: true } });
  expect(error.problems.map(({ code }) => code)).toEqual(['PUSH_FAILED']);
  expect((await docker(['image', 'ls', '-q', nowhere])).stdout).toBe('');
  expect(await imagesFor(nowhere)).toEqual([]);
});

it('an interruption after the build leaves the old tag, no image and no folder', async () => {
  const error = await failing({
    onEvent: (event, abort) => {
      if (event.type === 'line' && event.text.startsWith('this Engine grants')) abort();
    },
  });
  expect(error.fault).toBe('interrupted');
  expect(await imagesFor(TAG)).toEqual([before]);
});

it('an Engine that does not grant the rung is told with the ways out, and nothing is left', async () => {
  const real = dockerEngine();
  const error = await failing({
    engine: { runOnce: (request) => real.runOnce({ ...request, securityOptions: [] }) },
  });
  expect(error.fault).toBe('docker');
  expect(error.problems[0]).toMatchObject({ code: 'RUNG_REFUSED' });
  expect(error.problems[0]?.fix).toMatch(
    /apparmor_restrict_unprivileged_userns.*--allow sys-admin.*--no-probe/,
  );
});

it('a source image that changes during the build is refused, and nothing is left', async () => {
  const real = dockerEngine();
  const error = await failing({
    engine: {
      // As if from no registry: what has a digest is named by it, and cannot change.
      inspectImage: async (reference, ...asked) => {
        const facts = await real.inspectImage(reference, ...asked);
        return (
          facts &&
          (Object.fromEntries(Object.entries(facts).filter(([key]) => key !== 'digest')) as typeof facts)
        );
      },
      imageId: async (reference) => (await real.imageId(reference))?.replace(/.$/, 'x'),
    },
  });
  expect(error.problems.map(({ code }) => code)).toEqual(['IMAGE_DRIFT', 'IMAGE_DRIFT']);
});

it('Ctrl-C during the build ends with code 130, and nothing is left', async () => {
  const output = join(temporaryFolder(), 'bundle');
  const words = ['bin/bundle-shared.js', PROJECT, '-o', output, '-t', TAG, '--progress', 'plain'];
  const program = spawn('node', [...words, '-p', `bundle-shared-test-${process.pid}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  program.stderr.on('data', (chunk: Buffer) => {
    const hadBegun = told.includes(BEGUN);
    told += chunk.toString();
    if (!hadBegun && told.includes(BEGUN)) program.kill('SIGINT');
  });
  expect(await exitCode(program), told).toBe(130);
  expect(told).toContain('INTERRUPTED');
  expect(existsSync(output)).toBe(false);
  await expectNothingOf(output);
});

it('a build whose progress nobody reads any more goes on to its end', async () => {
  const output = join(temporaryFolder(), 'bundle');
  const tag = 'bundle-shared-test:unread';
  const words = ['bin/bundle-shared.js', PROJECT, '-o', output, '-t', tag, '--progress', 'plain'];
  const program = spawn('node', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  program.stderr.once('data', () => program.stderr.destroy());
  expect(await exitCode(program)).toBe(0);
  expect(readdirSync(output)).toContain('compose.yaml');
  await docker(['image', 'rm', '--force', tag]);
});

function exitCode(program: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => program.on('close', resolve));
}
