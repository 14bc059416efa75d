import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isOlder } from '../../../src/engine/check-docker.js';
import { directOptions } from '../../../src/engine/connect.js';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import { caught } from './caught.js';
import { fakeEngine } from './fake-engine.js';

let bin = '';
beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), 'eng-bin-'));
});
afterEach(() => rm(bin, { recursive: true }));

async function command(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

async function check(host: string): Promise<string | undefined> {
  const error = await caught(dockerEngine({ environment: { PATH: bin, DOCKER_HOST: host } }).check());
  expect(error.fault).toBe('docker');
  return error.problems[0]?.code;
}

const VERSION = '{"Version":"28.0.0","Arch":"arm64"}';

describe('one clear problem when', () => {
  test('there is no docker command', async () => {
    expect(await check('tcp://127.0.0.1:1')).toMatch(/DOCKER_(COMMAND_MISSING|UNREACHABLE)/);
    const error = await caught(dockerEngine({ environment: { PATH: bin } }).check());
    expect(error.problems[0]?.code).toBe('DOCKER_COMMAND_MISSING');
  });

  test('no Engine answers', async () => {
    await command('docker', 'echo 2.40.0');
    expect(await check('unix:///nowhere/docker.sock')).toBe('DOCKER_UNREACHABLE');
    expect(await check('tcp://127.0.0.1:1')).toBe('DOCKER_UNREACHABLE');
  });

  test('something else answers', async () => {
    await command('docker', 'echo 2.40.0');
    await using web = await fakeEngine((_, response) => response.end('<html>router</html>'));
    expect(await check(web.endpoint)).toBe('DOCKER_NOT_AN_ENGINE');
  });

  test('Compose is missing, version 1, or too old', async () => {
    await using engine = await fakeEngine((_, response) => response.end(VERSION));
    await command('docker', 'echo "unknown command: docker compose" >&2; exit 1');
    expect(await check(engine.endpoint)).toBe('COMPOSE_MISSING');
    await command('docker-compose', 'echo 1.29.2');
    expect(await check(engine.endpoint)).toBe('COMPOSE_V1');
    await command('docker', 'echo v2.26.1');
    expect(await check(engine.endpoint)).toBe('COMPOSE_TOO_OLD');
  });

  test('the current context has no endpoint', async () => {
    await command('docker', 'echo "context nope does not exist" >&2; exit 1');
    const error = await caught(dockerEngine({ environment: { PATH: bin } }).check());
    expect(error.problems[0]?.code).toBe('DOCKER_CONTEXT_UNKNOWN');
  });
});

test('the endpoint is that of the current context when DOCKER_HOST is not set', async () => {
  await using engine = await fakeEngine((_, response) => response.end(VERSION));
  const context = JSON.stringify([{ Endpoints: { docker: { Host: engine.endpoint } } }]);
  await command('docker', `if [ "$1" = context ]; then echo '${context}'; else echo 2.40.3-3; fi`);
  const versions = await dockerEngine({ environment: { PATH: bin } }).check();
  expect(versions).toEqual({ engine: '28.0.0', compose: '2.40.3-3', architecture: 'arm64' });
});

test.each([
  ['has certificates', { TLSMaterial: { docker: ['ca.pem', 'cert.pem', 'key.pem'] } }, {}],
  ['takes any certificate', { TLSMaterial: {} }, { SkipTLSVerify: true }],
])('a context that %s goes through the docker command, whatever its port', async (_, own, docker) => {
  const context = JSON.stringify([{ Endpoints: { docker: { Host: 'tcp://far:4443', ...docker } }, ...own }]);
  await command(
    'docker',
    `case "$1" in context) echo '${context}';; system) echo dialled >&2; exit 1;; *) echo 2.40.3;; esac`,
  );
  const error = await caught(dockerEngine({ environment: { PATH: bin } }).check());
  expect(error.problems[0]).toMatchObject({ code: 'DOCKER_UNREACHABLE', why: 'dialled' });
});

test('an endpoint that only the docker command can reach goes through it', async () => {
  await command(
    'docker',
    `if [ "$1" = system ]; then echo "ssh: no route" >&2; exit 255; else echo 2.40.3; fi`,
  );
  const engine = dockerEngine({ environment: { PATH: bin, DOCKER_HOST: 'ssh://build@far' } });
  const error = await caught(engine.check());
  expect(error.problems[0]).toMatchObject({ code: 'DOCKER_UNREACHABLE', why: 'ssh: no route' });
});

test('endpoints are read as the docker command reads them', () => {
  expect(directOptions('unix:///run/user/1000/docker.sock')).toEqual({
    socketPath: '/run/user/1000/docker.sock',
  });
  expect(directOptions('tcp://build.example:2375')).toMatchObject({
    host: 'http://build.example',
    port: 2375,
  });
  expect(directOptions('tcp://[::1]:99')).toMatchObject({ host: 'http://[::1]', port: 99 });
  expect(directOptions('ssh://a@b')).toBeUndefined();
});

test.each([
  ['2.39.9', true],
  ['2.40.0', false],
  ['2.40.3-3', false],
  ['5.0.0', false],
  ['1.29.2', true],
])('Compose %s is too old: %s', (version, expected) => expect(isOlder(version)).toBe(expected));
