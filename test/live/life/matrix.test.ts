/** Every behaviour under every policy: by `docker compose up` and in a bundle, side by side. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { actImage, type Bundled, bundleAct, type Project, removeProject, writeProject } from './act.js';
import { RECORDED, type Recorded, readRecorded } from './matrix-page.js';
import { patience } from './patience.js';
import { BEHAVIOURS, type Behaviour, cellName, matrixServices, POLICIES, type Policy } from './policies.js';
import { soak } from './soak.js';
import { type Watched, watchBundle, watchCompose } from './watch-matrix.js';

const policies = (soak ? Object.keys(POLICIES) : ['none', 'always', 'failure-2']) as Policy[];
const services = matrixServices(policies);
const names = Object.keys(services);
let plain: Project | undefined;
let bundle: Bundled | undefined;
let expected: Record<string, Watched> = {};
let observed: Record<string, Watched> = {};

beforeAll(async () => {
  await actImage();
  // Engine 20.10 miscounts who is on a network of containers that start again without end, and then does not remove it.
  plain = writeProject('bundle-shared-test-cells', matrixServices(policies, { network_mode: 'host' }));
  bundle = await bundleAct(writeProject('bundle-shared-test-matrix', services));
  expected = await watchCompose(plain, names);
  await removeProject(plain);
  observed = await watchBundle(bundle, names);
  if (!soak) return;
  const cells = names.map((name) => [
    name,
    { expected: expected[name]?.seen, observed: observed[name]?.seen },
  ]);
  writeFileSync(RECORDED, `${JSON.stringify(Object.fromEntries(cells), undefined, 2)}\n`);
});

afterAll(async () => {
  for (const project of [plain, bundle]) if (project) await removeProject(project);
  discardFolders();
});

const behaviours = Object.keys(BEHAVIOURS) as Behaviour[];

describe('a member ends, starts again and stops as it does in a container of its own', () => {
  it.each(behaviours)('%s', (behaviour) => {
    const cells = policies.map((policy) => cellName(behaviour, policy));
    const seen = (side: Record<string, Watched>) =>
      Object.fromEntries(cells.map((cell) => [cell, side[cell]?.seen]));
    expect(seen(observed)).toEqual(seen(expected));
  });

  it('as the page docs/life.md says', () => {
    const page: Recorded = readRecorded();
    for (const name of names) expect([name, observed[name]?.seen]).toEqual([name, page[name]?.observed]);
  });
});

it('a member that keeps failing starts again after 0.1, 0.2, 0.4 … seconds', () => {
  const starts = observed[cellName('exit-3', 'always')]?.starts ?? [];
  const gaps = starts.slice(1).map((at, index) => (at - (starts[index] ?? 0)) / 1000);
  expect(gaps.length).toBeGreaterThanOrEqual(5);
  for (const [index, gap] of gaps.entries()) {
    expect(gap).toBeGreaterThanOrEqual(0.1 * 2 ** index);
    // While all members start at once the first ones wait for a processor.
    if (index >= 2) expect(gap).toBeLessThan(patience(0.1 * 2 ** index + 0.7));
  }
});
