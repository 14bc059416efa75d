import { expect, it } from 'vitest';
import type { JsonObject, Service } from '../../src/compose/project.js';
import type { Engine } from '../../src/engine/engine.js';
import { readImages } from '../../src/load-input.js';
import { selectMembers } from '../../src/tenancy/select-members.js';
import { completeFacts, readFixture } from '../fixture.js';
import { fakeProject } from './plan/fake-project.js';

const signal = new AbortController().signal;

it('an image is looked at once, for all services that use it, and once more after a pull', async () => {
  const { project, selection } = readFixture('fixtures/dedicated');
  const asked: (readonly [string, readonly (readonly string[])[]])[] = [];
  const pulled: string[] = [];
  const engine: Pick<Engine, 'inspectImage' | 'composeBuild' | 'composePull'> = {
    inspectImage: async (reference, _, commands) => {
      asked.push([reference, commands]);
      return completeFacts(reference, {});
    },
    composeBuild: async () => undefined,
    composePull: async (_, services) => void pulled.push(...[...services].sort()),
  };
  const look = async (rebuild: boolean) =>
    readImages(
      engine as Engine,
      project,
      selection,
      { files: [], envFiles: [], profiles: [] },
      { pull: !rebuild, rebuild, signal, onEvent: () => undefined },
    );
  const facts = await look(true);
  const members = selection.groups.flatMap((group) => group.members.map(({ service }) => service));
  expect([...facts.keys()].sort()).toEqual(members.map(({ name }) => name).sort());
  expect(asked.map(([reference]) => reference).sort()).toEqual(['app:1', 'redis:7']);
  expect(asked.find(([reference]) => reference === 'app:1')?.[1]).toHaveLength(3);
  asked.length = 0;
  // A pull may change them: each is looked at before it, and after.
  await look(false);
  expect(pulled).toEqual(['api', 'cache', 'migrate', 'worker']);
  expect(asked.map(([reference]) => reference).sort()).toEqual(['app:1', 'app:1', 'redis:7', 'redis:7']);
});

it('an image that a dedicated service builds is built for the members that use it, not pulled', async () => {
  const service = (name: string, keys: JsonObject): Service => ({ name, resolved: keys, written: keys });
  const project = fakeProject([
    service('web', { build: { context: '.' }, image: 'app', 'x-bundle': { dedicated: true } }),
    service('worker', { image: 'app:latest' }),
  ]);
  const selection = selectMembers(project, { include: [], exclude: [], tag: undefined });
  const done: string[] = [];
  const engine: Pick<Engine, 'inspectImage' | 'composeBuild' | 'composePull'> = {
    inspectImage: async (reference) => (done.length === 0 ? undefined : completeFacts(reference, {})),
    composeBuild: async (_, services) => void done.push(`build ${services.join()}`),
    composePull: async (_, services) => void done.push(`pull ${services.join()}`),
  };
  const facts = await readImages(
    engine as Engine,
    project,
    selection,
    { files: [], envFiles: [], profiles: [] },
    { pull: true, rebuild: false, signal, onEvent: () => undefined },
  );
  expect(done).toEqual(['build web']);
  expect([...facts.keys()]).toEqual(['worker']);
});
