import { expect, it } from 'vitest';
import type { Json, JsonObject, Service } from '../../../src/compose/project.js';
import { unitedEntries } from '../../../src/plan/united-entries.js';

function united(...members: readonly (readonly [written: Json, resolved: JsonObject])[]): readonly string[] {
  const services = members.map(
    ([written, resolved], index): Service => ({
      name: `s${index}`,
      written: { labels: written },
      resolved: { labels: resolved },
    }),
  );
  return unitedEntries(services, ['labels']);
}

it('names with variables stay variables, beside maps of other members', () => {
  expect(
    united([['r.${APP}.rule=x', 'b=1'], { 'r.shop.rule': 'x', b: '1' }], [{ c: 2, d$: null }, {}]),
  ).toEqual(['b=1', 'c=2', 'd$$', 'r.${APP}.rule=x']);
});

it('a name that two members write in two ways stands there once', () => {
  const first = [['r.${APP}.rule=x', 'r.a.rule=y'], { 'r.shop.rule': 'x', 'r.a.rule': 'y' }] as const;
  expect(united(first, [{ 'r.shop.rule': 'x' }, { 'r.shop.rule': 'x' }])).toEqual([
    'r.a.rule=y',
    'r.shop.rule=x',
  ]);
  expect(united(first, [['r.${NAME:-shop}.rule=x'], { 'r.shop.rule': 'x' }])).toEqual([
    'r.${NAME:-shop}.rule=x',
    'r.a.rule=y',
  ]);
});
