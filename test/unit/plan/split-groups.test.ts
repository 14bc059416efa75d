import { expect, it } from 'vitest';
import type { Service } from '../../../src/compose/project.js';
import type { Cell } from '../../../src/plan/cell.js';
import { splitGroups } from '../../../src/plan/split-groups.js';
import { fakeProject } from './fake-project.js';

interface Wish {
  readonly waits?: readonly string[];
  readonly cpus?: number;
  readonly networks?: readonly string[];
}

/** Services by name, with the names that each waits for, the processors that it asks for, and its networks. */
function split(services: Readonly<Record<string, Wish>>, grouped: readonly string[], cell?: Cell) {
  const all = Object.entries(services).map(
    ([name, { waits = [], cpus = 0, networks = ['default'] }]): Service => {
      const written = {
        image: 'a:1',
        command: ['run'],
        depends_on: Object.fromEntries(waits.map((other) => [other, { condition: 'service_started' }])),
        deploy: { resources: { limits: { cpus: String(cpus) } } },
        networks: Object.fromEntries(networks.map((network) => [network, null])),
      };
      return { name, resolved: written, written };
    },
  );
  const project = fakeProject(all);
  const members = all
    .filter(({ name }) => grouped.includes(name))
    .map((service) => ({ service, overrides: {} }));
  const { selection, splits } = splitGroups({
    project,
    selection: { groups: [{ key: 'bundle', tag: 'p:1', members }], dedicated: [], problems: [] },
    images: new Map(),
    base: 'b',
    platform: undefined,
    allowsSysAdmin: false,
    envFileText: () => undefined,
    cell,
    isStrict: false,
  });
  return {
    bundles: selection.groups.map((group) => group.members.map(({ service }) => service.name)),
    tags: selection.groups.map(({ tag }) => tag),
    splits,
  };
}

it('what fits one bundle stays one', () => {
  expect(split({ a: {}, b: {} }, ['a', 'b'])).toEqual({ bundles: [['a', 'b']], tags: ['p:1'], splits: [] });
});

it('three that only fit a cell in pairs say that the cell is why', () => {
  const one = { cpus: 1.5 };
  const found = split({ a: one, b: one, c: one, d: one }, ['a', 'b', 'c', 'd'], { cpus: 4, headroom: 0.2 });
  expect(found.bundles).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(found.tags).toEqual(['p-1:1', 'p-2:1']);
  expect(found.splits).toEqual([
    { services: ['a', 'b', 'c', 'd'], reason: 'all together ask for more than one cell has' },
  ]);
});

it('no bundle waits for a service that waits for it', () => {
  const services = { a: {}, b: { waits: ['outside'] }, c: {}, outside: { waits: ['a'] } };
  const found = split(services, ['a', 'b', 'c']);
  expect(found.bundles).toEqual([['a', 'c']]);
  expect(found.splits).toEqual([
    { services: ['a', 'c', 'b'], reason: 'as one bundle they would wait for one that waits for them' },
  ]);
});

it('services without a common network are kept apart, and those that meet on one are not', () => {
  const services = {
    api: { networks: ['back', 'front'] },
    db: { networks: ['back'] },
    web: { networks: ['front'] },
  };
  const found = split(services, ['api', 'db', 'web']);
  expect(found.bundles).toEqual([['api', 'db']]);
  expect(found.splits).toEqual([
    { services: ['db', 'web'], reason: 'services "db" and "web" shared no network, and do in the bundle' },
  ]);
});
