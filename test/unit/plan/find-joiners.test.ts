import { expect, it } from 'vitest';
import type { JsonObject, Service } from '../../../src/compose/project.js';
import { findJoiners } from '../../../src/plan/find-joiners.js';
import { fakeProject } from './fake-project.js';

/** What is said of a service beside the members with these keys. */
function said(
  other: JsonObject,
  members: Readonly<Record<string, JsonObject>>,
  more: readonly JsonObject[] = [],
): readonly string[] {
  const service = (name: string, keys: JsonObject): Service => ({ name, resolved: keys, written: keys });
  const inside = Object.entries(members).map(([name, keys]) => service(name, keys));
  const group = { key: 'bundle', tag: 'p', members: inside.map((one) => ({ service: one, overrides: {} })) };
  return findJoiners(
    fakeProject([...inside, service('other', other), ...more.map((keys) => service('more', keys))]),
    [group],
  ).map(({ message }) => message);
}

const limited = (key: string) => `"${key}" of service "other" means less in a bundle`;

it('who is in the network of one member is in that of all', () => {
  const joins = { network_mode: 'service:api' };
  expect(said(joins, { api: {}, db: {} })).toEqual([limited('network_mode')]);
  expect(said(joins, { api: {} })).toEqual([]);
  expect(said(joins, { api: {}, beside: joins })).toEqual([]);
  expect(said({ network_mode: 'host' }, { api: {}, db: {} })).toEqual([]);
});

it('an image that only a member builds is built by nobody', () => {
  const members = { api: { image: 'shop/api', build: '.' }, db: { image: 'db' } };
  expect(said({ image: 'shop/api' }, members)).toEqual([limited('image')]);
  expect(said({ image: 'shop/api', build: '.' }, members)).toEqual([]);
  expect(said({ image: 'db' }, members)).toEqual([]);
  expect(said({ image: 'shop/api' }, members, [{ image: 'shop/api', build: '.' }])).toEqual([]);
  expect(said({}, members)).toEqual([]);
});
