import { expect, it } from 'vitest';
import type { JsonObject, Service } from '../../../src/compose/project.js';
import { namesOn } from '../../../src/plan/name-siblings.js';

function names(resolved: JsonObject): readonly string[] {
  const service: Service = { name: 'db', written: {}, resolved: { networks: { back: null }, ...resolved } };
  return namesOn('p', service, 'back');
}

it('a service is found by its name, its container’s, its host name and its aliases', () => {
  expect(names({})).toEqual(['db', 'p-db-1']);
  expect(names({ hostname: 'store.example.com' })).toEqual(['db', 'p-db-1', 'store.example.com']);
  expect(names({ hostname: 'db', container_name: 'c', networks: { back: { aliases: ['x'] } } })).toEqual([
    'c',
    'db',
    'x',
  ]);
});

it('a host name that no resolver takes is no name for others', () => {
  expect(names({ hostname: '' })).toEqual(['db', 'p-db-1']);
  expect(names({ hostname: 'a b' })).toEqual(['db', 'p-db-1']);
  expect(names({ hostname: '${X}' })).toEqual(['db', 'p-db-1']);
});
