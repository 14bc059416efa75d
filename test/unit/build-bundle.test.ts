import { expect, it } from 'vitest';
import { buildBundle } from '../../src/build-bundle.js';
import { pushBundles } from '../../src/build-bundles.js';
import type { BundleEvent } from '../../src/bundle-options.js';
import type { Engine } from '../../src/engine/engine.js';
import type { Plan } from '../../src/plan/plan.js';
import { interruption } from '../../src/problems.js';
import { readyBase } from '../../src/ready-base.js';
import { fakeMember, fakePlan } from './cli/fake-plan.js';

const { signal } = new AbortController();
const [PLAN] = fakePlan([fakeMember('api')]).bundles as readonly [Plan];

function recorder(): { readonly told: string[]; readonly onEvent: (event: BundleEvent) => void } {
  const told: string[] = [];
  const onEvent = (event: BundleEvent) => {
    if (event.type === 'line') told.push(event.text);
    if (event.type === 'warning') told.push(`${event.problem.code}: ${event.problem.why}`);
  };
  return { told, onEvent };
}

it('what went wrong is told, and beside it that the image could not be taken back', async () => {
  const { told, onEvent } = recorder();
  const engine: Partial<Engine> = {
    build: async () => ({ id: 'sha256:1', undo: () => Promise.reject(new Error('the Engine is gone')) }),
    imageId: async () => 'sha256:another',
  };
  const building = buildBundle(engine as Engine, PLAN, [], { signal, onEvent });
  await expect(building).rejects.toThrow('IMAGE_DRIFT');
  expect(told).toEqual(['LEFT_BEHIND: the Engine is gone']);
});

it('an image named by its id is taken by a tag, which may name another one meanwhile', async () => {
  const member = fakeMember('api');
  const image = { ...member.image, reference: 'sha256:5e1f', source: 'shop:1', id: 'sha256:5e1f' };
  const [plan] = fakePlan([{ ...member, image }]).bundles as readonly [Plan];
  const engine: Partial<Engine> = {
    build: async () => ({ id: 'sha256:1', undo: async () => undefined }),
    imageId: async (reference) => (reference === 'shop:1' ? 'sha256:another' : reference),
  };
  const building = buildBundle(engine as Engine, plan, [], {
    signal,
    onEvent: () => undefined,
    probe: false,
  });
  await expect(building).rejects.toThrow('IMAGE_DRIFT');
});

it.each([
  ['the first', 'a:1', []],
  ['the second', 'b:1', ['a:1@sha256:a:1']],
])('an interruption while %s image is pushed tells which are published', async (_, last, published) => {
  const warned: string[] = [];
  const onEvent = (event: BundleEvent) => {
    if (event.type === 'warning') warned.push(`${event.problem.code}: ${event.problem.message}`);
  };
  const push: Engine['push'] = async (tag) => {
    if (tag === last) throw interruption();
    return { tag, digest: `sha256:${tag}` };
  };
  const built = ['a', 'b', 'c'].map((bundle) => ({ bundle, tag: `${bundle}:1` }));
  const pushing = pushBundles({ push } as Engine, built, { signal, onEvent });
  await expect(pushing).rejects.toThrow('INTERRUPTED');
  const told = published.map((name) => `STAYS_PUSHED: published before that, and still there: ${name}`);
  expect(warned).toEqual(told);
});

it.each([
  ['is there', { imageId: 'sha256:1' }, []],
  ['is there, and shall be pulled', { imageId: 'sha256:1', pull: true }, ['pulled for linux/amd64']],
  ['is not there', {}, ['pulled for linux/amd64']],
] as const)(
  'a base that %s',
  async (_, { imageId, pull = false }: { imageId?: string; pull?: boolean }, lines) => {
    const { told, onEvent } = recorder();
    const engine: Partial<Engine> = {
      imageId: async () => imageId,
      pull: async (reference, platform, run) => run.onLine(`${reference} pulled for ${platform}`),
    };
    await readyBase(engine as Engine, PLAN, { pull, signal, onEvent });
    expect(told).toEqual(lines.flatMap((line) => [`pulling ${PLAN.base}`, `${PLAN.base} ${line}`]));
  },
);
