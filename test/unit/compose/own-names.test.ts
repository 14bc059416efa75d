import { expect, it } from 'vitest';
import { withoutOwnNames } from '../../../src/compose/own-names.js';
import type { Json } from '../../../src/compose/project.js';

const KINDS = ['configs', 'networks', 'secrets', 'volumes'];
const top = (name: string, entry: Json) => ({
  name,
  ...Object.fromEntries(KINDS.map((kind) => [kind, { a: entry }])),
});

/** A project that is `shop` as written, where a name that is an expression is its text, and `today` as resolved. */
it.each<[string, Json, Json, Json]>([
  [
    'made of the text of an expression is made again',
    { name: 'shop_a', labels: {} },
    { name: 'today_a' },
    { labels: {} },
  ],
  ['that the user wrote stays', { name: 'other_a' }, { name: 'other_a' }, { name: 'other_a' }],
  ['that is an expression stays', { name: '${N}_a' }, { name: 'n_a' }, { name: '${N}_a' }],
  [
    'of something external stays',
    { name: 'shop_a', external: true },
    { name: 'shop_a', external: true },
    { name: 'shop_a', external: true },
  ],
  [
    'that the user gave to something that a variable makes external stays',
    { name: 'shop_a', external: '${E}' },
    { name: 'shop_a', external: true },
    { name: 'shop_a', external: '${E}' },
  ],
  [
    'that is the key of something external is made again',
    { name: 'a', external: '${E}' },
    { name: 'a', external: true },
    { external: '${E}' },
  ],
  [
    'that Compose derived for something external, of which it saw an expression, is made again',
    { name: 'shop_a', external: '${E}' },
    { name: 'a', external: true },
    { external: '${E}' },
  ],
  [
    'of something that is nobody else’s today is made again',
    { name: 'shop_a', external: '${E}' },
    { name: 'today_a' },
    { external: '${E}' },
  ],
])('a name %s', (_, written, resolved, expected) => {
  const found = withoutOwnNames(top('shop', written), top('today', resolved), () => false);
  expect(found).toEqual(top('shop', expected));
});

it('a name that the user wrote stays, although Compose would make the same', () => {
  const project = top('shop', { name: 'shop_a' });
  const asked: string[] = [];
  const isPinned = (path: readonly string[], name: string) => asked.push(`${path.join('.')} ${name}`) > 0;
  expect(withoutOwnNames(project, project, isPinned)).toEqual(project);
  expect(asked).toContain('volumes.a.name shop_a');
});

it('a project without volumes gets none', () => {
  expect(withoutOwnNames({ name: 'shop', 'x-a': 1 }, {}, () => false)).toEqual({ name: 'shop', 'x-a': 1 });
});
