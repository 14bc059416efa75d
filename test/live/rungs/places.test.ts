/** A member that puts a link where the Engine mounts: at the next start of the container the mount is still its own. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { type Bundled, bundleAct, onProject, removeProject, writeProject } from '../life/act.js';
import { containerState, inBundle, logOf, membersOf } from '../life/bundle-state.js';

const NAME = 'bundle-shared-test-places';
const idle = { does: '', image: 'debian:trixie-slim', command: ['sleep', 'infinity'], init: true };
let bundle: Bundled;

const inAttacker = async (line: string) =>
  (await docker(['exec', bundle.container, 'bundle-exec', '-T', 'attacker', 'sh', '-c', line])).stdout;

const untilRunning = () =>
  eventually('both members to run', async () => {
    const members = await membersOf(bundle.container).catch(() => ({}));
    const states = Object.values(members).map(({ state }) => state);
    return states.length === 2 && states.every((state) => state === 'running') ? true : undefined;
  });

/** Mount points of the container below a root. */
const mountsIn = async (member: string) =>
  (await inBundle(bundle.container, 'cut -d" " -f5 /proc/self/mountinfo'))
    .split('\n')
    .filter((point) => point.startsWith(`/srv/${member}/`));

beforeAll(async () => {
  const services = { attacker: { ...idle, volumes: ['data:/a/b/data'] }, victim: idle };
  bundle = await bundleAct(writeProject(NAME, services, { volumes: { data: {} } }));
  await onProject(bundle, ['up', '-d']);
  await untilRunning();
  await inAttacker('echo mine > /a/b/data/mark');
});

afterAll(async () => {
  await removeProject(bundle);
  await docker(['image', 'rm', '-f', `${NAME}:latest`]);
  discardFolders();
});

const TURN = 'mv /a /old.$$ && ln -s /srv/victim/etc /a';

it('a link that a member leaves is a folder again after a stop', async () => {
  await inAttacker(TURN);
  await docker(['restart', bundle.container]);
  await untilRunning();
  expect(await logOf(bundle.container)).toContain('attacker had a link at /a, on the way to what is mounted');
  expect(await mountsIn('attacker')).toEqual(['/srv/attacker/a/b/data']);
  expect(await mountsIn('victim')).toEqual([]);
  expect(await inAttacker('cat /a/b/data/mark')).toBe('mine\n');
});

it('the bundle does not start on one that a KILL has left, and starts after that', async () => {
  await inAttacker(TURN);
  await docker(['kill', bundle.container]);
  await docker(['start', bundle.container]);
  const { code } = await eventually('the bundle to end', async () => {
    const state = await containerState(bundle.container);
    return state.status === 'exited' ? state : undefined;
  });
  expect(code).toBe(126);
  expect(await logOf(bundle.container)).toContain('attacker cannot have what is mounted at /a/b/data');
  await docker(['start', bundle.container]);
  await untilRunning();
  expect(await mountsIn('victim')).toEqual([]);
  expect(await inAttacker('cat /a/b/data/mark')).toBe('mine\n');
});
