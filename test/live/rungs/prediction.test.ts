import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders, type Made } from '../bundles.js';
import { docker, eventually } from '../docker.js';
import { record } from '../life/scorecard.js';

const FOLDER = 'test/live/projects/predicted';
const PROJECT = 'bundle-shared-test-predicted';
const bundle = `${PROJECT}-bundle-1`;
const FINDS_ITSELF = 'finds its libraries by /proc/self/exe, which the busybox shell needs for itself';

interface Status {
  readonly member: string;
  readonly state: string;
  readonly exitCode: number | null;
  readonly health: string | null;
}

const up = (made: Made, ...override: readonly string[]) =>
  docker(['compose', '-f', `${made.output}/compose.yaml`, ...override, '-p', PROJECT, 'up', '-d']);
const down = (made: Made) =>
  docker(['compose', '-f', `${made.output}/compose.yaml`, '-p', PROJECT, 'down', '-v', '-t', '3']);

describe('what the plan says of the least rung of a member', () => {
  let made: Made;
  let pinned: Made;

  beforeAll(async () => {
    made = await bundleOf(`${FOLDER}/compose.yaml`, { tag: `${PROJECT}:latest` });
    pinned = await bundleOf(`${FOLDER}/compose.yaml`, {
      files: [`${FOLDER}/compose.yaml`, `${FOLDER}/pinned.yaml`],
      tag: `${PROJECT}:pinned`,
    });
  });

  afterAll(discardFolders);

  const needs = () =>
    Object.fromEntries(
      (made.plan.bundles[0]?.members ?? []).map(({ service, launch }) => [service, launch.needs]),
    );

  it('names the reason of those that need more than a chroot', () => {
    const more = Object.entries(needs()).filter(([, { rung }]) => rung !== 'chroot');
    expect(Object.fromEntries(more.map(([service, { why }]) => [service, why]))).toEqual({
      substitution: ['/substitution.sh uses <(…), which is a file of /proc/self/fd'],
      tool: ['/tool.sh calls start-stop-daemon, which reads /proc'],
      'own-file': ['/own-file.sh reads /proc/self/status'],
      checked: ['its health check calls start-stop-daemon, which reads /proc'],
      origin: [`/app/say ${FINDS_ITSELF}`],
      'origin-here': [`./say ${FINDS_ITSELF}`],
      'origin-started': [`/start-say.sh ${FINDS_ITSELF}`],
      dotnet: ['/app/start starts .NET, which reads /proc/self/maps'],
      'in-command': ['its command uses <(…), which is a file of /proc/self/fd'],
    });
  });

  it('is what happens when all are made to try a chroot', async () => {
    try {
      await up(pinned);
      const isSettled = ({ member, state, health }: Status) =>
        state === 'rest' ||
        (state === 'running' && (needs()[member]?.rung === 'chroot' || health === 'unhealthy'));
      const states = await eventually('all members to run or to have failed', async () => {
        const { stdout } = await docker(['exec', bundle, 'bundle-status', '--json']).catch(() => ({
          stdout: '[]',
        }));
        const found = JSON.parse(stdout) as Status[];
        return found.length === Object.keys(needs()).length && found.every(isSettled) ? found : undefined;
      });
      await eventually('the JVM to serve', async () => {
        const { stdout } = await docker(['logs', bundle]);
        return stdout.includes('listening on port 4006') ? true : undefined;
      });
      const isPredicted = ({ member, state, exitCode }: Status) => {
        const runs = needs()[member]?.rung === 'chroot' || member === 'checked';
        return state === (runs ? 'running' : 'rest') && exitCode !== 0;
      };
      const others = states.filter((one) => !isPredicted(one));
      record('S10', 'made to try a chroot, a JVM among them', others.length === 0, {
        members: states.length,
        'other than predicted': others.length,
      });
      expect(others).toEqual([]);
    } finally {
      await down(pinned);
    }
  });

  it('is a message and a failing exit in a container that was granted nothing', async () => {
    try {
      await up(made, '-f', 'test/live/projects/nothing-granted.yaml');
      const ended = await eventually('the bundle to end', async () => {
        const { stdout } = await docker(['inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', bundle]);
        return stdout.startsWith('exited') ? stdout.trim() : undefined;
      });
      expect(ended).toBe('exited 126');
      const { stdout, stderr } = await docker(['logs', bundle]);
      const said = `${stdout}${stderr}`;
      const refused = Object.keys(needs()).filter((member) => needs()[member]?.rung !== 'chroot');
      const silent = refused.filter(
        (member) =>
          !new RegExp(`bundle-shared: ${member} cannot start: .*needs rung userns or sys-admin`).test(said),
      );
      record('S10', 'refused on rung chroot', silent.length === 0, {
        members: refused.length,
        'without a reason': silent.length,
      });
      expect(silent, said).toEqual([]);
    } finally {
      await down(made);
    }
  });

  it.each([
    { drop: 'SYS_CHROOT', says: 'CAP_SYS_CHROOT dropped' },
    { drop: 'ALL', says: 'CAP_CHOWN, CAP_KILL, CAP_MKNOD' },
  ])('is not to be had, which is said, where $drop was dropped', async ({ drop, says }) => {
    const run = docker(['run', '--rm', '--name', `${PROJECT}-dropped`, '--cap-drop', drop, made.tag]);
    await expect(run).rejects.toThrow(says);
  });

  it('is had without the capabilities that nobody uses', async () => {
    const dropped = ['NET_RAW', 'AUDIT_WRITE', 'SETFCAP', 'NET_BIND_SERVICE'].flatMap((name) => [
      '--cap-drop',
      name,
    ]);
    const name = `${PROJECT}-fewer`;
    try {
      await docker(['run', '-d', '--name', name, ...dropped, pinned.tag]);
      await eventually('a member to run', async () => {
        const status = await docker(['exec', name, 'bundle-status', '--json']).catch(() => ({
          stdout: '[]',
        }));
        const found = (JSON.parse(status.stdout) as Status[]).find(({ member }) => member === 'harmless');
        return found?.state === 'running' ? true : undefined;
      });
    } finally {
      await docker(['rm', '-f', name]);
    }
  });
});
