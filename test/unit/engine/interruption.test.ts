import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import type { Engine } from '../../../src/engine/engine.js';
import { asInterruption } from '../../../src/problems.js';
import { caught } from './caught.js';
import { fakeEngine } from './fake-engine.js';

let bin = '';
beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), 'eng-bin-'));
  await writeFile(join(bin, 'docker'), '#!/bin/sh\necho 2.40.3\n');
  await chmod(join(bin, 'docker'), 0o755);
});
afterAll(() => rm(bin, { recursive: true }));

const QUESTIONS: readonly [string, (engine: Engine) => Promise<unknown>][] = [
  ['for its version', (engine) => engine.check()],
  ['for an image', (engine) => engine.inspectImage('x', [], [])],
  ['for the id of an image', (engine) => engine.imageId('x')],
  ['for labels', (engine) => engine.imageLabels('x')],
  ['for a container', (engine) => engine.inspectContainer('c')],
  ['to run a command', (engine) => engine.exec('c', ['true'])],
];

test.each(QUESTIONS)(
  'an Engine that does not answer is no longer asked %s after an interruption',
  async (_, ask) => {
    const controller = new AbortController();
    await using silent = await fakeEngine(() => controller.abort());
    const environment = { PATH: bin, DOCKER_HOST: silent.endpoint };
    const error = await caught(ask(dockerEngine({ signal: controller.signal, environment })));
    expect(error.fault).toBe('interrupted');
  },
);

test.each([
  ['a time that is up', new DOMException('too late', 'TimeoutError')],
  ['an error of the caller', new Error('no longer needed')],
  ['any value', 'enough'],
])('an abort for the reason of %s is an interruption', (_, reason) => {
  const signal = AbortSignal.abort(reason);
  expect(asInterruption(reason, signal)).toMatchObject({ fault: 'interrupted' });
  const other = new Error('a bug');
  expect(asInterruption(other, signal)).toBe(other);
  expect(asInterruption(reason, new AbortController().signal)).toBe(reason);
});
