import { expect, it } from 'vitest';
import { withoutOwnNames } from '../../../src/compose/own-names.js';
import type { Json } from '../../../src/compose/project.js';

const KINDS = ['configs', 'networks', 'secrets', 'volumes'];

it.each<[string, Json, Json, Json]>([
  ['made of the project’s is made again', { name: 'shop_a', labels: {} }, {}, { labels: {} }],
  ['made of the text of an expression is made again', { name: 'shop_a' }, { name: 'today_a' }, {}],
  ['that the user wrote stays', { name: 'other_a' }, {}, { name: 'other_a' }],
  ['that is an expression stays', { name: '${N}_a' }, {}, { name: '${N}_a' }],
  [
    'of something external stays',
    { name: 'shop_a', external: true },
    { external: true },
    { name: 'shop_a', external: true },
  ],
  [
    'of something that a variable makes external stays',
    { name: 'shop_a', external: '${E}' },
    { external: true },
    { name: 'shop_a', external: '${E}' },
  ],
  [
    'that is the key of something external is made again',
    { name: 'a', external: '${E}' },
    { external: true },
    { external: '${E}' },
  ],
  [
    'of something that is nobody else’s today is made again',
    { name: 'shop_a', external: '${E}' },
    {},
    { external: '${E}' },
  ],
])('a name %s', (_, written, resolved, expected) => {
  const top = (entry: Json) => Object.fromEntries(KINDS.map((kind) => [kind, { a: entry }]));
  expect(withoutOwnNames({ name: 'shop', ...top(written) }, top(resolved))).toEqual({
    name: 'shop',
    ...top(expected),
  });
});

it('a project without volumes gets none', () => {
  expect(withoutOwnNames({ name: 'shop', 'x-a': 1 }, {})).toEqual({ name: 'shop', 'x-a': 1 });
});
