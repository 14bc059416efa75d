import { expect, it } from 'vitest';
import type { Member, Plan } from '../../../src/plan/plan.js';
import { dockerfileView, INVENTORY_LABEL } from '../../../src/render/dockerfile-view.js';
import { readFixture } from '../../fixture.js';

const [plan] = readFixture('fixtures/shared').planned.plan.bundles as [Plan];

it('ten thousand ports are a range in the label: BuildKit reads lines of 64 KB', () => {
  const ports = Array.from(
    { length: 10_001 },
    (_, index) => ({ port: 10_000 + index, protocol: 'udp', evidence: 'expose' }) as const,
  );
  const members = plan.members.map((member) => ({ ...member, ports }));
  const label = dockerfileView({ ...plan, members }).labels.find(({ name }) => name === INVENTORY_LABEL);
  expect(label?.value).toContain('10000-20000/udp');
  expect(label?.value.length).toBeLessThan(65_536);
});
const [one] = plan.members as [Member];

it('a thousand members are a label of many lines', () => {
  const digest = `registry.example.com/team/service@sha256:${'0'.repeat(64)}`;
  const names = Array.from({ length: 1000 }, (_, index) => `service-${index}`);
  const { labels } = dockerfileView(planOf(Object.fromEntries(names.map((name) => [name, digest]))));
  const value = labels.find(({ name }) => name === INVENTORY_LABEL)?.value ?? '';
  expect(Math.max(...value.split('\n').map(({ length }) => length))).toBeLessThan(65_536);
  const joined = value.replaceAll('\\\n', '').slice(1, -1).replace(/\\(.)/g, '$1');
  expect(JSON.parse(joined).members.map(({ service }: Member) => service)).toEqual(names);
});

/** A plan of members with these images, by service. */
function planOf(images: Readonly<Record<string, string>>): Plan {
  const members = Object.entries(images).map(([service, source]) => ({
    ...one,
    service,
    image: { ...one.image, source },
  }));
  return { ...plan, members };
}

it('members of one image share its mount and its layer', () => {
  const { images, layers } = dockerfileView(planOf({ worker: 'app:1', cache: 'redis:8', api: 'app:1' }));
  expect(images).toEqual([
    { image: 'app:1', mount: '/mnt/images/0' },
    { image: 'redis:8', mount: '/mnt/images/1' },
  ]);
  const made = layers.map(({ members }) => members.map(({ service }) => service));
  expect(made).toEqual([['api', 'worker'], ['cache']]);
});

it('has a layer for several images where there are more than an image can have layers', () => {
  const names = Array.from({ length: 150 }, (_, index) => `s${String(index).padStart(3, '0')}`);
  const { layers } = dockerfileView(planOf(Object.fromEntries(names.map((name) => [name, `${name}:1`]))));
  expect(layers.length).toBeLessThanOrEqual(100);
  expect(layers.flatMap(({ members }) => members.map(({ service }) => service))).toEqual(names);
  for (const { images, members } of layers)
    expect(images.map(({ mount }) => mount)).toEqual(members.map(({ mount }) => mount));
});
