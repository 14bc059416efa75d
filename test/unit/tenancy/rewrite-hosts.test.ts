import { describe, expect, it } from 'vitest';
import { rewriteHosts } from '../../../src/tenancy/service-plan/rewrite-hosts.js';

const BUNDLE_OF = new Map([
  ['cache', 'helpers'],
  ['db', 'helpers'],
  ['own', 'own'],
  ['front', 'fronts'],
]);

function rewritten(variable: string, value: string, name = 'web'): unknown {
  const object = { environment: { [variable]: value } };
  const { service, hosts } = rewriteHosts({ name, resolved: object, written: object }, BUNDLE_OF);
  const { environment } = service.written as typeof object;
  expect(service.resolved).toEqual(object);
  expect(hosts.length).toBe(environment[variable] === value ? 0 : 1);
  return environment[variable];
}

describe('the name of a member in a variable of another service', () => {
  it.each([
    ['STORE', 'redis://cache:6379/0?x=1', 'redis://helpers:6379/0?x=1'],
    ['STORE', 'redis://cache', 'redis://helpers'],
    [
      'DB',
      'postgres://{{ $var.u }}:{{ $var.p }}@db:5432/db',
      'postgres://{{ $var.u }}:{{ $var.p }}@helpers:5432/db',
    ],
    ['DB', 'jdbc:postgresql://db:$var.port/shop', 'jdbc:postgresql://helpers:$var.port/shop'],
    ['NEXT', 'http://cache/?then=http://cache/', 'http://helpers/?then=http://cache/'],
    ['CACHE_HOST', 'cache', 'helpers'],
    ['PGHOST', 'db', 'helpers'],
    ['cacheAddr', 'cache:6379', 'helpers:6379'],
  ])('becomes that of the bundle where it can only be a host: %s=%s', (variable, value, expected) => {
    expect(rewritten(variable, value)).toBe(expected);
  });

  it.each([
    ['POSTGRES_DB', 'db'],
    ['ROLE', 'cache'],
    ['IMAGE', 'cache:7'],
    ['NOTE', 'the cache'],
    ['CACHE_HOST', 'cache.example.org'],
    ['SITE', 'https://cache.example.org/db'],
    ['SITE', 'https://cached/'],
    ['SITE', 'https://db@example.org/'],
    ['BUCKET', 's3://cache/files'],
    ['SEEDS', 'mongodb://cache:1,db:2/x'],
    ['SEEDS', 'http://cache:1,http://db:2'],
    ['CACHE_HOST', '${CACHE_HOST:-cache}'],
    ['CACHE_URL', 'redis://$cache.sys.network.internalEndpoint:6379'],
    ['OWN_HOST', 'own'],
    ['EMPTY_HOST', ''],
  ])('stays where it can be something else: %s=%s', (variable, value) => {
    expect(rewritten(variable, value)).toBe(value);
  });

  it('becomes that of the bundle for a member of another one, and stays within the bundle', () => {
    expect(rewritten('STORE', 'redis://cache', 'front')).toBe('redis://helpers');
    expect(rewritten('STORE', 'redis://cache', 'db')).toBe('redis://cache');
  });
});
