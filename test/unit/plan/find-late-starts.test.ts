import { expect, it } from 'vitest';
import type { JsonObject, Service } from '../../../src/compose/project.js';
import { findLateStarts } from '../../../src/plan/find-late-starts.js';
import { findOuterDependencies } from '../../../src/plan/find-outer-dependencies.js';
import { rewriteDependsOn, withImplied } from '../../../src/render/rewrite-references.js';
import { fakeProject } from './fake-project.js';

const service = (
  name: string,
  after: Readonly<Record<string, string>> = {},
  more: JsonObject = {},
): Service => {
  const waits = Object.entries(after).map(([other, condition]) => [other, { condition, required: true }]);
  const keys = { ...more, depends_on: Object.fromEntries(waits) as JsonObject };
  return { name, resolved: keys, written: keys };
};
const MEMBERS = [
  service('db'),
  service('api', { db: 'service_healthy' }),
  service('web', { api: 'service_started' }),
  service('side', { db: 'service_started' }),
  service('far', { elsewhere: 'service_healthy' }),
];

it('those behind a wait that is more than a start, at whatever distance, start late', () => {
  expect([...findLateStarts(MEMBERS)]).toEqual(['api', 'web']);
});

it('who waits for the start of a late one waits for the whole bundle, and is told so', () => {
  const late = findLateStarts(MEMBERS);
  const places = {
    bundleOf: new Map(MEMBERS.map(({ name }) => [name, 'bundle'])),
    completing: new Set<string>(),
    late,
  };
  const wait = (name: string) => rewriteDependsOn({ [name]: { condition: 'service_started' } }, places);
  expect(wait('web')).toEqual({ bundle: { condition: 'service_healthy', required: true } });
  expect(wait('side')).toEqual({ bundle: { condition: 'service_started', required: true } });
  expect(rewriteDependsOn({ web: {} }, { ...places, completing: new Set(['bundle']) })).toEqual({
    bundle: { condition: 'service_completed_successfully', required: true },
  });
  const group = { key: 'bundle', tag: 'p', members: MEMBERS.map((one) => ({ service: one, overrides: {} })) };
  const codes = (other: Service) =>
    findOuterDependencies(fakeProject([...MEMBERS, other]), [group])
      .filter(({ message }) => message.startsWith('"other"'))
      .map(({ code }) => code);
  expect(codes(service('other', { web: 'service_started' }))).toEqual(['WAITS_FOR_BUNDLE']);
  expect(codes(service('other', { side: 'service_started' }))).toEqual([]);
});

it('waits that Compose reads from other keys are written where they are for a late one', () => {
  const resolved = { web: { condition: 'service_started' }, side: { condition: 'service_started' } };
  expect(withImplied({}, resolved, { late: new Set(['web']) })).toEqual({
    web: { condition: 'service_started' },
  });
  const written = { web: { condition: 'service_healthy' } };
  expect(withImplied(written, resolved, { late: new Set(['web']) })).toEqual(written);
});

it('nobody in a bundle waits for a provider', () => {
  const provider = service('elsewhere', {}, { provider: { type: 'cloud' } });
  const group = { key: 'bundle', tag: 'p', members: MEMBERS.map((one) => ({ service: one, overrides: {} })) };
  const found = findOuterDependencies(fakeProject([...MEMBERS, provider]), [group]);
  expect(found.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'KEY_REFUSED: service "far" uses "depends_on: elsewhere", which a bundle cannot honour',
  ]);
});
