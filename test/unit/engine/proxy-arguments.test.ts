import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import { proxyArguments } from '../../../src/engine/proxy-arguments.js';
import { fakeEngine } from './fake-engine.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eng-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

const configure = (config: unknown) => writeFile(join(folder, 'config.json'), JSON.stringify(config));
const argumentsFor = (endpoint: string) => proxyArguments({ DOCKER_CONFIG: folder }, endpoint);

test('a build has the proxies of its endpoint, else the default ones, in both spellings', async () => {
  await configure({
    auths: {},
    proxies: {
      default: { httpProxy: 'http://p:1', noProxy: 'a,b', ftpProxy: '', other: 'x' },
      'tcp://far:2375': { httpsProxy: 'http://q:2', allProxy: 'socks5://r' },
    },
  });
  expect(await argumentsFor('unix:///run/docker.sock')).toEqual({
    HTTP_PROXY: 'http://p:1',
    http_proxy: 'http://p:1',
    NO_PROXY: 'a,b',
    no_proxy: 'a,b',
  });
  expect(await argumentsFor('tcp://far:2375')).toEqual({
    HTTPS_PROXY: 'http://q:2',
    https_proxy: 'http://q:2',
    ALL_PROXY: 'socks5://r',
    all_proxy: 'socks5://r',
  });
});

test.each([
  ['no file', undefined],
  ['no proxies', '{}'],
  ['a broken file', '{"proxies":'],
  ['a list', '[]'],
])('a configuration with %s names no proxy', async (_, text) => {
  if (text !== undefined) await writeFile(join(folder, 'config.json'), text);
  expect(await argumentsFor('unix:///run/docker.sock')).toEqual({});
});

test('the Engine is asked to build with them', async () => {
  await configure({ proxies: { default: { httpsProxy: 'http://me:secret@p:1' } } });
  await using engine = await fakeEngine((_, response) => response.writeHead(500).end('{"message":"cannot"}'));
  const files = [{ path: 'Dockerfile', content: 'FROM scratch\n', mode: 0o644 }];
  const { signal } = new AbortController();
  const building = dockerEngine({
    environment: { DOCKER_CONFIG: folder, DOCKER_HOST: engine.endpoint },
  }).build({ files, tags: [], onEvent: () => undefined, signal });
  await expect(building).rejects.toThrow('DOCKER_FAILED');
  const { searchParams } = new URL(engine.requests[0]?.split(' ')[1] ?? '', 'http://engine');
  expect(JSON.parse(searchParams.get('buildargs') ?? '')).toEqual({
    HTTPS_PROXY: 'http://me:secret@p:1',
    https_proxy: 'http://me:secret@p:1',
  });
});
