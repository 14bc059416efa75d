import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../../src/engine/engine.js';
import { ProblemsError } from '../../../src/problems.js';
import { BASE, docker, engine, hasImage, record, removeImage, uniqueTag } from './engine-for-tests.js';

const made: string[] = [];
const newTag = () => {
  const tag = uniqueTag();
  made.push(tag);
  return tag;
};
afterEach(() => {
  for (const tag of made.splice(0)) removeImage(tag);
});

async function failure(work: Promise<unknown>): Promise<ProblemsError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProblemsError);
  return error as ProblemsError;
}

const ofType = <T extends BuildEvent['type']>(events: readonly BuildEvent[], type: T) =>
  events.filter((event): event is Extract<BuildEvent, { type: T }> => event.type === type);

describe('building an image', () => {
  it('gives the id of the image that the tags name, and tells each step with its log', async () => {
    const tags = [newTag(), newTag()];
    const { events, request } = record([`FROM ${BASE}`, `RUN echo grüße-${randomUUID()}`], tags);
    const { id } = await engine.build(request);
    for (const tag of tags) expect(docker('image', 'inspect', '--format', '{{.Id}}', tag).trim()).toBe(id);
    const logs = ofType(events, 'step-log').map(({ text }) => text);
    expect(logs.some((text) => text.startsWith('grüße-'))).toBe(true);
    const run = ofType(events, 'step-done').find(({ name }) => name.includes('RUN echo'));
    expect(run).toMatchObject({ cached: false });
    expect(run?.error).toBeUndefined();
  });

  it('says of a second build that its steps come from the cache', async () => {
    const dockerfile = [`FROM ${BASE}`, `RUN echo ${randomUUID()}`];
    await engine.build(record(dockerfile, [newTag()]).request);
    const { events, request } = record(dockerfile, [newTag()]);
    await engine.build(request);
    expect(ofType(events, 'step-done').find(({ name }) => name.includes('RUN echo'))?.cached).toBe(true);
  });

  it('names the failing step, its exit code and the end of its log, and leaves no tag', async () => {
    const tag = newTag();
    const { request } = record(
      [`FROM ${BASE}`, 'RUN echo before the fall && echo to stderr >&2 && exit 7'],
      [tag],
    );
    const error = await failure(engine.build(request));
    expect(error.fault).toBe('docker');
    expect(error.problems[0]).toMatchObject({ code: 'BUILD_FAILED' });
    expect(error.problems[0]?.message).toMatch(/RUN echo before the fall.*exit code 7/);
    expect(error.log).toEqual(expect.arrayContaining(['before the fall', 'to stderr']));
    expect(hasImage(tag)).toBe(false);
  });

  it('says what a Dockerfile that BuildKit cannot read is about', async () => {
    const error = await failure(engine.build(record([`FROM ${BASE}`, 'RUNN true'], [newTag()]).request));
    expect(error.fault).toBe('docker');
    expect(JSON.stringify(error.problems)).toMatch(/RUNN/);
  });

  it('keeps the mode of the files of the context', async () => {
    const { request } = record([`FROM ${BASE}`, 'COPY tool /tool', 'RUN /tool'], [newTag()]);
    const tool = { path: 'tool', content: '#!/bin/sh\nexit 0\n', mode: 0o755 };
    await engine.build({ ...request, files: [...request.files, tool] });
  });

  it('stops in the Engine when it is interrupted, and leaves no tag', async () => {
    const tag = newTag();
    const marker = randomUUID();
    const { request } = record([`FROM ${BASE}`, `RUN echo ${marker} && sleep 600`], [tag], (event, abort) => {
      if (event.type === 'step-log' && event.text === marker) abort();
    });
    const begun = Date.now();
    const error = await failure(engine.build(request));
    expect(error.fault).toBe('interrupted');
    expect(Date.now() - begun).toBeLessThan(300_000);
    expect(hasImage(tag)).toBe(false);
    await expectNoProcess(marker);
  });

  it('can be taken back: its tag names again what it named before, and the image is gone', async () => {
    const tag = newTag();
    const first = await engine.build(record([`FROM ${BASE}`, `RUN echo ${randomUUID()}`], [tag]).request);
    const second = await engine.build(record([`FROM ${BASE}`, `RUN echo ${randomUUID()}`], [tag]).request);
    expect(await engine.imageId(tag)).toBe(second.id);
    await second.undo();
    expect(await engine.imageId(tag)).toBe(first.id);
    expect(hasImage(second.id)).toBe(false);
    await first.undo();
    expect(hasImage(tag)).toBe(false);
  });

  it('leaves a tag that somebody else moved meanwhile when it is taken back', async () => {
    const [tag, other] = [newTag(), newTag()];
    const mine = await engine.build(record([`FROM ${BASE}`, `RUN echo ${randomUUID()}`], [tag]).request);
    const theirs = await engine.build(record([`FROM ${BASE}`, `RUN echo ${randomUUID()}`], [other]).request);
    docker('tag', other, tag);
    await mine.undo();
    expect(await engine.imageId(tag)).toBe(theirs.id);
    expect(hasImage(mine.id)).toBe(false);
  });

  it('does not start when it was interrupted before', async () => {
    const { request, abort } = record([`FROM ${BASE}`], [newTag()]);
    abort();
    expect((await failure(engine.build(request))).fault).toBe('interrupted');
  });

  it('moves no tag when one of several cannot be set', async () => {
    const tag = newTag();
    const error = await failure(engine.build(record([`FROM ${BASE}`], [tag, 'Not A Name']).request));
    expect(error.fault).toBe('docker');
    expect(hasImage(tag)).toBe(false);
  });
});

/** Nothing of the build may go on in the Engine: its shell has the marker in its command line. */
async function expectNoProcess(marker: string): Promise<void> {
  const { execFileSync } = await import('node:child_process');
  const running = () =>
    execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(`echo ${marker} && sleep`);
  for (let tries = 0; tries < 600 && running(); tries += 1) await sleep(200);
  expect(running()).toBe(false);
}
