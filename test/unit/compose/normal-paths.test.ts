import { describe, expect, it } from 'vitest';
import { findUnclearPaths } from '../../../src/compose/find-unclear-paths.js';
import { asObject } from '../../../src/compose/json.js';
import { normalDevices, normalPath, normalPaths } from '../../../src/compose/normal-paths.js';
import type { JsonObject } from '../../../src/compose/project.js';

describe('a path of a project', () => {
  it.each([
    ['data', 'data', './data', 'is told from an absolute one'],
    ['/data', '/data', '/data', 'stays when absolute'],
    [
      'https://example.org/x.git',
      'https://example.org/x.git',
      'https://example.org/x.git',
      'may be an address',
    ],
    ['${DIR}/x', '/abs/x', '${DIR}/x', 'stays when its variable is absolute now'],
    ['${DIR}/x', 'rel/x', './${DIR}/x', 'is relative when its variable is'],
    ['${DIR:-./d}/x', './d/x', '${DIR:-./d}/x', 'keeps its default'],
    ['${DIR:-d}', 'd', '${DIR:-./d}', 'has a default that is told from an absolute one'],
    ['${DIR:-./d}/x', 'inc/sub/d/x', '${DIR:-./inc/sub/d}/x', 'has the default of the included file'],
    ['${DIR:-./d}', '/abs', '${DIR:-./d}', 'keeps a default that is not in use'],
    ['${DIR:-/d}', '/d', '${DIR:-/d}', 'keeps an absolute default'],
    ['${DIR:-./d}', './other', './${DIR:-./d}', 'is relative when the value in use is'],
    ['inc/${DIR}/x', '/abs/x', '${DIR}/x', 'is absolute when its variable is, in an included file too'],
    ['inc/${DIR}/x', 'inc/rel/x', './inc/${DIR}/x', 'is that of the included file'],
    ['${DIR}', undefined, '${DIR}', 'stays when nothing is known of it'],
  ])('%s (%s) is %s: %s', (written: string, resolved: string | undefined, expected: string, _: string) =>
    expect(normalPath(written, resolved)).toBe(expected),
  );
});

describe('a volume whose source is an expression', () => {
  it('is a bind mount when it resolves to one', () => {
    const written = { volumes: [{ type: 'volume', source: '${DIR}/x', target: '/x', volume: {} }] };
    const resolved = {
      volumes: [{ type: 'bind', source: './d/x', target: '/x', bind: { create_host_path: true } }],
    };
    expect(normalPaths(written, resolved).volumes).toEqual([
      { type: 'bind', source: './${DIR}/x', target: '/x', bind: { create_host_path: true } },
    ]);
  });
});

describe('a seccomp profile', () => {
  it.each([
    ['seccomp=p.json', 'seccomp=p.json', 'seccomp=./p.json'],
    ['seccomp:./p.json', 'seccomp:./p.json', 'seccomp:./p.json'],
    ['seccomp=/p.json', 'seccomp=/p.json', 'seccomp=/p.json'],
    ['seccomp=${DIR}/p.json', 'seccomp=rel/p.json', 'seccomp=./${DIR}/p.json'],
    ['seccomp=${P:-p.json}', 'seccomp=p.json', 'seccomp=${P:-./p.json}'],
    ['seccomp=${P:-unconfined}', 'seccomp=unconfined', 'seccomp=${P:-unconfined}'],
    ['seccomp=unconfined', 'seccomp=unconfined', 'seccomp=unconfined'],
    ['seccomp:builtin', 'seccomp:builtin', 'seccomp:builtin'],
    ['label:disable', 'label:disable', 'label:disable'],
  ])('%s (%s) is %s', (written, resolved, expected) => {
    const service = normalPaths({ security_opt: [written] }, { security_opt: [resolved] });
    expect(service.security_opt).toEqual([expected]);
  });
});

describe('the device of a volume of the top level', () => {
  const bind = (device: string, more = {}) => ({
    files: { driver: 'local', driver_opts: { type: 'none', o: 'bind', device, ...more } },
  });
  const deviceOf = (written: object, resolved: object) => {
    const { files } = normalDevices(written as JsonObject, resolved as JsonObject);
    return asObject(asObject(files).driver_opts).device;
  };

  it.each([
    ['${DATA}/pg', './data/pg', './${DATA}/pg'],
    ['${DATA}/pg', '/data/pg', '${DATA}/pg'],
    ['${DATA:-data}/pg', 'data/pg', '${DATA:-./data}/pg'],
    ['data/pg', 'data/pg', './data/pg'],
  ])('%s (%s) is %s where Compose takes it for a path', (written, resolved, expected) =>
    expect(deviceOf(bind(written), bind(resolved))).toBe(expected),
  );

  it('stays where it is not one', () => {
    expect(deviceOf(bind('data', { o: 'bind,ro' }), bind('data', { o: 'bind,ro' }))).toBe('data');
    expect(deviceOf(bind('data', { o: '${O}' }), bind('data', { o: 'nfs' }))).toBe('data');
    expect(deviceOf(bind('data', { o: '${O}' }), bind('data'))).toBe('./data');
  });
});

describe('a key for ssh of a build', () => {
  const written = { agent: null, id: 'keys/id', late: '${DIR}/id', abs: '/id', home: '~/id' };
  const texts = ['agent', 'id: keys/id', 'late: rel/id', 'abs: /id', 'home: ~/id'];
  const expected = { agent: null, id: './keys/id', late: './${DIR}/id', abs: '/id', home: '~/id' };

  it.each([[texts], [{ ...written, late: 'rel/id' }]])(
    'is a path of the project’s folder, in both forms of Compose',
    (ssh) =>
      expect(normalPaths({ build: { ssh: written } }, { build: { ssh } }).build).toEqual({ ssh: expected }),
  );
});

it('a path of a build is unclear in an included file where its variable is relative today', () => {
  const services = (build: JsonObject) => ({ services: { web: { build } } });
  const found = findUnclearPaths(
    services({ context: '.', additional_contexts: { lib: '${LIB}' }, ssh: { id: '${KEY}', agent: null } }),
    services({ context: '.', additional_contexts: { lib: 'inc/lib' }, ssh: ['id: inc/id', 'agent'] }),
    () => undefined,
  );
  expect(found.map(({ message }) => message.split(' ')[0])).toEqual(['"${LIB}"', '"${KEY}"']);
});
