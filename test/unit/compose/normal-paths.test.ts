import { describe, expect, it } from 'vitest';
import { normalPath, normalPaths } from '../../../src/compose/normal-paths.js';

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
