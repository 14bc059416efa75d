import { expect, it } from 'vitest';
import type { JsonObject, Service } from '../../../src/compose/project.js';
import { findLostReferences } from '../../../src/plan/find-lost-references.js';
import { fakeProject } from './fake-project.js';

/** What is refused where `db` and `cache` are members, and a service beside them has these keys. */
function refused(other: JsonObject, isMember = false, inactive: JsonObject = {}): readonly string[] {
  const service = (name: string, keys: JsonObject): Service => ({ name, resolved: keys, written: keys });
  const services = [
    service('cache', { container_name: 'the-cache' }),
    service('db', {}),
    service('other', other),
    service('web', {}),
  ];
  const members = services
    .filter(({ name }) => name === 'cache' || name === 'db' || (isMember && name === 'other'))
    .map((member) => ({ service: member, overrides: {} }));
  const group = { key: 'bundle', tag: 'p', members };
  return findLostReferences({ ...fakeProject(services), inactive }, [group]).map(
    ({ severity, code, message, fix }) => `${severity} ${code}: ${message}; ${fix}`,
  );
}

const uses = (what: string, member: string, service = 'other', severity = 'error') =>
  `${severity} KEY_REFUSED: service "${service}" uses "${what}", which a bundle cannot honour; remove it, or keep the other one out too: --exclude ${member}`;

it('nobody joins the IPC or the PID namespace of a member', () => {
  expect(refused({ pid: 'service:cache' })).toEqual([uses('pid: service:cache', 'cache')]);
  expect(refused({ pid: 'host' })).toEqual([]);
  expect(refused({ ipc: 'service:db' })).toEqual([uses('ipc: service:db', 'db')]);
  expect(refused({ ipc: 'service:web' })).toEqual([]);
  expect(refused({ ipc: 'shareable' })).toEqual([]);
});

it('what services of inactive profiles will miss is a warning', () => {
  const backup = { ipc: 'service:db', volumes_from: ['cache:ro', 'web', 'container:x'] };
  expect(refused({}, false, { backup })).toEqual([
    uses('ipc: service:db', 'db', 'backup', 'warning'),
    uses('volumes_from: cache:ro', 'cache', 'backup', 'warning'),
  ]);
});

it('nobody builds on the image of a member', () => {
  const build = { additional_contexts: { base: 'service:db', more: 'service:web', src: './db' } };
  expect(refused({ build })).toEqual([uses('build.additional_contexts.base: service:db', 'db')]);
});

it('nobody names the container of a member', () => {
  expect(refused({ network_mode: 'container:the-cache' })).toEqual([
    uses('network_mode: container:the-cache', 'cache'),
  ]);
  expect(refused({ pid: 'container:p-db-1', volumes_from: ['container:p-db-1:ro', 'web'] })).toEqual([
    uses('pid: container:p-db-1', 'db'),
    uses('volumes_from: container:p-db-1:ro', 'db'),
  ]);
  expect(refused({ network_mode: 'container:p-web-1', ipc: 'container:else' })).toEqual([]);
});

it('no link leads to the container of a member, not even from another one', () => {
  const external_links = ['p-db-1:database', 'p-web-1', 'else'];
  for (const isMember of [false, true]) {
    expect(refused({ external_links }, isMember)).toEqual([uses('external_links: p-db-1:database', 'db')]);
  }
});
