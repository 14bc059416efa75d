import { expect, it } from 'vitest';
import { findDecidedReferences, withDecidedReferences } from '../../../src/compose/decided-references.js';
import type { Json } from '../../../src/compose/project.js';

it.each<[string, Json, Json, boolean]>([
  ['depends_on', { '${A:-a}': {} }, { a: {} }, true],
  ['depends_on', { a: { condition: '${C}' } }, { a: { condition: 'service_started' } }, false],
  ['networks', { '${N:-n}': null }, { n: null }, true],
  ['networks', { n: { ipv4_address: '${IP}' } }, { n: { ipv4_address: '1.2.3.4' } }, false],
  ['links', ['a:${ALIAS:-b}'], ['a:b'], true],
  ['volumes_from', ['${A:-a}:ro'], ['a:ro'], true],
  ['volumes_from', ['container:${A}'], ['container:a'], false],
  ['network_mode', 'service:${A:-a}', 'service:a', true],
  ['network_mode', '${M:-host}', 'host', false],
  ['ipc', '${I:-service:a}', 'service:a', true],
  ['pid', '${P:-host}', 'host', false],
])('%s: %j is written as %j: %s', (key, written, resolved, isDecided) => {
  const [own, today] = [{ [key]: written }, { [key]: resolved }];
  expect(withDecidedReferences(own, today)).toEqual(isDecided ? today : own);
  const places = findDecidedReferences({ services: { s: own } }, { services: { s: today } });
  expect(places).toEqual(isDecided ? [['services', 's', key]] : []);
});

it('a wait that follows from a link is told once', () => {
  const own = { links: ['${A:-a}'], depends_on: { '${A': {} } };
  const today = { links: ['a'], depends_on: { a: {} } };
  expect(withDecidedReferences(own, today)).toEqual(today);
  expect(findDecidedReferences({ services: { s: own } }, { services: { s: today } })).toEqual([
    ['services', 's', 'links'],
  ]);
});

it('a service of which nothing is known today stays as it is', () =>
  expect(withDecidedReferences({ links: ['${A}'] }, {})).toEqual({ links: ['${A}'] }));

it('a wait that Compose made of an expression which stands for nobody is none', () => {
  const own = { volumes_from: ['${X:-container:foo}'], depends_on: { '${X': {} } };
  const today = { volumes_from: ['container:foo'] };
  expect(withDecidedReferences(own, today)).toEqual(today);
});
