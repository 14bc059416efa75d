import type { ServerResponse } from 'node:http';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { buildImage } from '../../../src/engine/build-image.js';
import type { BuildEvent } from '../../../src/engine/engine.js';
import { caught } from './caught.js';
import { type Answer, type FakeEngine, fakeEngine } from './fake-engine.js';

const ID = `sha256:${'a'.repeat(64)}`;
const IMAGE_ID = JSON.stringify({ id: 'moby.image.id', aux: { ID } });
const FILES = [{ path: 'Dockerfile', content: 'FROM scratch\n', mode: 0o644 }];

function build(engine: FakeEngine, signal = new AbortController().signal, events: BuildEvent[] = []) {
  const onEvent = (event: BuildEvent) => void events.push(event);
  return buildImage(engine, { files: FILES, tags: ['shop:1'], onEvent, signal });
}

/** Answers the build by `body`, and everything else as an Engine without images does. */
function buildAnswers(body: (response: ServerResponse) => void): Answer {
  return (request, response) => {
    if (request.url?.startsWith('/build?')) return body(response);
    if (request.url?.endsWith('/tag?repo=shop&tag=1')) return void response.writeHead(201).end();
    return void response
      .writeHead(404, { 'Content-Type': 'application/json' })
      .end('{"message":"no such image"}');
  };
}

/** A line as BuildKit writes it. */
function trace(content: object): string {
  const { root } = protobuf.parse(
    `syntax = "proto3";
     message Timestamp { int64 seconds = 1; int32 nanos = 2; }
     message Vertex { string digest = 1; string name = 3; bool cached = 4; Timestamp started = 5; Timestamp completed = 6; string error = 7; }
     message VertexStatus { string ID = 1; string vertex = 2; string name = 3; int64 current = 4; int64 total = 5; }
     message VertexLog { string vertex = 1; Timestamp timestamp = 2; int64 stream = 3; bytes msg = 4; }
     message StatusResponse { repeated Vertex vertexes = 1; repeated VertexStatus statuses = 2; repeated VertexLog logs = 3; }`,
    { keepCase: true },
  );
  const type = root.lookupType('StatusResponse');
  const aux = Buffer.from(type.encode(type.fromObject(content)).finish()).toString('base64');
  return JSON.stringify({ id: 'moby.buildkit.trace', aux });
}

describe('a build', () => {
  test('gives the image id and sets the tag only after it', async () => {
    await using engine = await fakeEngine(buildAnswers((response) => response.end(`${IMAGE_ID}\n`)));
    await expect(build(engine)).resolves.toMatchObject({ id: ID });
    const paths = engine.requests.map((request) => request.replace(/buildid=[^&]*/, 'buildid='));
    expect(paths[0]).toBe('POST /build?version=2&dockerfile=Dockerfile&networkmode=default&buildid=');
    expect(paths.at(-1)).toBe(`POST /images/${ID}/tag?repo=shop&tag=1`);
  });

  test('succeeds when the last line has no end', async () => {
    await using engine = await fakeEngine(buildAnswers((response) => response.end(IMAGE_ID)));
    await expect(build(engine)).resolves.toMatchObject({ id: ID });
  });

  test('survives a line that is not JSON, and a character cut in two', async () => {
    const log = trace({
      vertexes: [{ digest: 'v', name: 'RUN' }],
      logs: [{ vertex: 'v', msg: Buffer.from('Grüße\n') }],
    });
    const bytes = Buffer.from(`keep alive\n{"stream":"ü"}\n${log}\n${IMAGE_ID}\n`);
    const cut = bytes.indexOf(0xbc);
    await using engine = await fakeEngine(
      buildAnswers((response) => {
        response.write(bytes.subarray(0, cut));
        setTimeout(() => response.end(bytes.subarray(cut)), 20);
      }),
    );
    const events: BuildEvent[] = [];
    await expect(build(engine, undefined, events)).resolves.toMatchObject({ id: ID });
    expect(events).toContainEqual({ type: 'step-log', id: 'v', text: 'Grüße' });
  });

  test('names the failing step, its exit code and the end of its log, and sets no tag', async () => {
    const message = 'process "/bin/sh -c false" did not complete successfully: exit code: 7';
    const started = { seconds: 10, nanos: 0 };
    const lines = [
      trace({ vertexes: [{ digest: 'v', name: '[2/2] RUN false', started }] }),
      trace({ logs: [{ vertex: 'v', msg: Buffer.from('why it\nfai') }] }),
      trace({ logs: [{ vertex: 'v', msg: Buffer.from('led') }] }),
      trace({
        vertexes: [{ digest: 'w', name: 'other', started, completed: started, error: 'context canceled' }],
      }),
      trace({
        vertexes: [
          { digest: 'v', name: '[2/2] RUN false', started, completed: { seconds: 12 }, error: message },
        ],
      }),
      JSON.stringify({ errorDetail: { message }, error: message }),
    ];
    await using engine = await fakeEngine(buildAnswers((response) => response.end(lines.join('\n'))));
    const events: BuildEvent[] = [];
    const error = await caught(build(engine, undefined, events));
    expect(error.fault).toBe('docker');
    expect(error.problems[0]).toMatchObject({
      code: 'BUILD_FAILED',
      message: 'build step "[2/2] RUN false" failed with exit code 7',
    });
    expect(error.log).toEqual(['why it', 'failed']);
    expect(events.at(-1)).toMatchObject({ type: 'step-done', id: 'v', seconds: 2, error: message });
    expect(engine.requests).toHaveLength(1);
  });

  test('tells bytes of a step as the sum of its parts', async () => {
    const lines = [
      trace({ vertexes: [{ digest: 'v', name: 'FROM x' }] }),
      trace({
        statuses: [
          { ID: 'a', vertex: 'v', current: 5, total: 10 },
          { ID: 'b', vertex: 'v', current: 1, total: 2 },
        ],
      }),
      IMAGE_ID,
    ];
    await using engine = await fakeEngine(buildAnswers((response) => response.end(lines.join('\n'))));
    const events: BuildEvent[] = [];
    await build(engine, undefined, events);
    expect(events.at(-1)).toEqual({ type: 'step-progress', id: 'v', current: 6, total: 12 });
  });

  const FAILURES: readonly [string, string, (response: ServerResponse) => void][] = [
    [
      'an error inside a stream of status 200',
      'DOCKER_FAILED',
      (r) => r.end('{"error":"no such frontend"}\n'),
    ],
    ['a full disk', 'DOCKER_DISK_FULL', (r) => r.end('{"error":"write /x: no space left on device"}\n')],
    ['the end of the stream without an image id', 'DOCKER_CONNECTION_LOST', (r) => r.end(`${trace({})}\n`)],
    ['an empty answer', 'DOCKER_CONNECTION_LOST', (r) => r.end()],
    [
      'a web page with status 200',
      'DOCKER_NOT_AN_ENGINE',
      (r) => r.end('<!DOCTYPE html><html><body>Sign in</body></html>'),
    ],
    [
      'a web page with status 502',
      'DOCKER_NOT_AN_ENGINE',
      (r) => r.writeHead(502).end('<html><body>Bad Gateway</body></html>'),
    ],
    ['status 500', 'DOCKER_FAILED', (r) => r.writeHead(500).end('{"message":"cannot"}')],
    [
      'a connection cut in the middle of a line',
      'DOCKER_CONNECTION_LOST',
      (r) => {
        r.write('{"id":"moby.bui');
        setTimeout(() => r.destroy(), 20);
      },
    ],
    ['a connection cut before the answer', 'DOCKER_CONNECTION_LOST', (r) => r.destroy()],
  ];
  test.each(FAILURES)('ends with one problem and no tag after %s', async (_title, code, body) => {
    await using engine = await fakeEngine(buildAnswers(body));
    const error = await caught(build(engine));
    expect([error.fault, error.problems.map((problem) => problem.code)]).toEqual(['docker', [code]]);
    expect(engine.requests).toHaveLength(1);
  });

  test('is cancelled in the Engine by an interruption', async () => {
    await using engine = await fakeEngine(buildAnswers((response) => response.write(`${trace({})}\n`)));
    const controller = new AbortController();
    const building = caught(build(engine, controller.signal));
    await expect.poll(() => engine.requests.length).toBe(1);
    controller.abort();
    expect((await building).fault).toBe('interrupted');
    await expect.poll(() => engine.requests[1]).toMatch(/^POST \/build\/cancel\?id=bundle-shared-/);
  });
});
