import type { ServerResponse } from 'node:http';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { followLinks } from '../../../src/engine/follow-links.js';
import { digestOf, tagsOf } from '../../../src/engine/image-schema.js';
import { inspectImage, prettyName } from '../../../src/engine/inspect-image.js';
import { caught } from './caught.js';
import { type Answer, fakeEngine } from './fake-engine.js';

const IMAGE = { Id: 'sha256:1', Os: 'linux', Architecture: 'arm64', Variant: 'v8', Size: 9, Config: null };

interface Entry {
  readonly link?: string;
  readonly text?: string;
}

/** An Engine with one image, whose container has these links and files. */
function imageAnswers(entries: Record<string, Entry>): Answer {
  return (request, response) => {
    const url = new URL(request.url ?? '', 'http://engine');
    if (url.pathname === '/images/x/json') return void response.end(JSON.stringify(IMAGE));
    if (request.method === 'POST') return void response.writeHead(201).end('{"Id":"c1"}');
    if (request.method === 'DELETE') return void response.writeHead(204).end();
    const entry = entries[url.searchParams.get('path') ?? ''];
    if (entry === undefined) return void response.writeHead(404).end('{"message":"no such file"}');
    sendEntry(response, entry, request.method === 'HEAD');
  };
}

function sendEntry(response: ServerResponse, { link, text }: Entry, isHead: boolean): void {
  const stat = { mode: link === undefined ? 0o644 : 2 ** 27 + 0o777, linkTarget: 'resolved by the Engine' };
  response.setHeader('X-Docker-Container-Path-Stat', Buffer.from(JSON.stringify(stat)).toString('base64'));
  if (isHead) return void response.end();
  const archive = pack();
  if (link === undefined) archive.entry({ name: 'f' }, text ?? '');
  else archive.entry({ name: 'f', type: 'symlink', linkname: link });
  archive.finalize();
  // Who has read enough hangs up.
  archive.on('error', () => undefined);
  archive.pipe(response);
}

test('an image is described by its configuration and its files, and the container is removed', async () => {
  await using engine = await fakeEngine(
    imageAnswers({
      '/var': {},
      '/var/run': { link: '../run' },
      '/etc': {},
      '/etc/os-release': { link: '/usr/lib/os-release' },
      '/usr/lib/os-release': { text: 'NAME=x\nPRETTY_NAME="Tiny \\"1\\""\n' },
      '/etc/passwd': { text: 'root:x:0:0::/:/bin/sh\n' },
    }),
  );
  const facts = await inspectImage(engine, 'x', ['/var/run/app.sock', '/nothing/here'], []);
  expect(facts).toMatchObject({
    id: 'sha256:1',
    platform: 'linux/arm64',
    distribution: 'Tiny "1"',
    passwd: 'root:x:0:0::/:/bin/sh\n',
    group: '',
    links: { '/var/run': '../run' },
    config: { entrypoint: [], cmd: [], env: [] },
  });
  expect(facts?.digest).toBeUndefined();
  expect(engine.requests.at(-1)).toBe('DELETE /containers/c1?force=true&v=true');
});

test('an image that the Engine does not have is no error', async () => {
  await using engine = await fakeEngine((_, response) =>
    response.writeHead(404).end('{"message":"no such image"}'),
  );
  await expect(inspectImage(engine, 'x', [], [])).resolves.toBeUndefined();
});

test('the container is removed when the connection breaks, or the user interrupts', async () => {
  const answer = imageAnswers({});
  await using broken = await fakeEngine((request, response) =>
    request.method === 'HEAD' ? void response.destroy() : answer(request, response),
  );
  expect((await caught(inspectImage(broken, 'x', ['/a'], []))).problems[0]?.code).toBe(
    'DOCKER_CONNECTION_LOST',
  );
  expect(broken.requests.at(-1)).toMatch(/^DELETE/);

  const controller = new AbortController();
  await using hanging = await fakeEngine((request, response) =>
    request.method === 'HEAD' ? controller.abort() : answer(request, response),
  );
  const looking = inspectImage(hanging, 'x', ['/a'], [], [], controller.signal);
  expect((await caught(looking)).fault).toBe('interrupted');
  expect(hanging.requests.at(-1)).toMatch(/^DELETE/);
});

test('of a file without an end no more is read than any such file has', async () => {
  const endless = 'x'.repeat(5 << 20);
  await using engine = await fakeEngine(imageAnswers({ '/etc': {}, '/etc/passwd': { text: endless } }));
  expect((await inspectImage(engine, 'x', [], []))?.passwd).toHaveLength(4 << 20);
});

test('an answer that is no image is a problem of the endpoint', async () => {
  await using engine = await fakeEngine((_, response) => response.end('<html>hello</html>'));
  const error = await caught(inspectImage(engine, 'x', [], []));
  expect(error.problems[0]).toMatchObject({ code: 'DOCKER_NOT_AN_ENGINE', why: 'it said: hello' });
});

test('links are followed as the kernel would, never out of the image, and loops end', async () => {
  const stored: Record<string, string> = {
    '/a': 'b/../../..',
    '/b': '/c/d',
    '/c/d': '../e',
    '/loop': 'loop',
  };
  const follow = (path: string) => followLinks(path, async (link) => stored[link]);
  expect(await follow('/b/x')).toEqual({ path: '/e/x', links: { '/b': '/c/d', '/c/d': '../e' } });
  expect((await follow('/a/x')).path).toBe('/x');
  expect((await follow('/loop/x')).links).toEqual({ '/loop': 'loop' });
});

test('the digest is that of the repository the reference names', () => {
  const digests = ['mirror.example/redis@sha256:1', 'redis@sha256:2'];
  const pulled = { Id: 'sha256:9', RepoDigests: digests };
  expect(digestOf('docker.io/library/redis:7', pulled)).toBe('redis@sha256:2');
  expect(digestOf('mirror.example/redis', pulled)).toBe('mirror.example/redis@sha256:1');
  // The containerd image store: the digest of a build is its id.
  expect(digestOf('shop', { Id: 'sha256:9', RepoDigests: ['shop@sha256:9'] })).toBeUndefined();
  expect(digestOf('shop', { Id: 'sha256:9', RepoDigests: [] })).toBeUndefined();
});

test('an image that is named by its id has other names, or none', () => {
  const image = { Id: `sha256:abcd${'0'.repeat(60)}`, RepoTags: ['shop:1', 'shop:2'] };
  expect(tagsOf(image.Id, image)).toEqual(['shop:1', 'shop:2']);
  expect(tagsOf('abcd', { ...image, RepoTags: [] })).toEqual([]);
  expect(tagsOf('shop:1', image)).toBeUndefined();
  expect(tagsOf('abc', { ...image, RepoTags: ['abc:latest'] })).toBeUndefined();
});

test('a distribution without a name has none', () => {
  expect(prettyName('NAME=x\n')).toBeUndefined();
  expect(prettyName("PRETTY_NAME='Alpine Linux v3.20'")).toBe('Alpine Linux v3.20');
});
