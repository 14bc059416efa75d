import { afterAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';

const FILE = 'test/live/projects/hostile/compose.yaml';

/** Content and links of the victim's own folders and of the bundle, but for what the start of the victim itself writes. */
const FINGERPRINT = `cat /srv/victim/kept /etc/hostname /etc/passwd | sha1sum
find /srv/victim/etc /etc/bundle /srv/victim/usr/bin -type f ! -name hosts ! -name resolv.conf ! -name hostname -exec sha1sum {} + | sort | sha1sum
ls -A /srv/victim /etc/bundle | grep -v '^kept$'`;

describe.each([
  { rung: 'userns', allow: [] as const, override: [] },
  { rung: 'sys-admin', allow: ['sys-admin'] as const, override: [] },
  { rung: 'chroot', allow: [] as const, override: ['-f', 'test/live/projects/nothing-granted.yaml'] },
])('an image full of links that lead out of its root, on rung $rung', ({ rung, allow, override }) => {
  const project = `bundle-shared-test-hostile-${rung}`;
  const bundle = `${project}-bundle-1`;
  let file = '';

  afterAll(async () => {
    await docker(['compose', '-f', file, '-p', project, 'down', '-v', '-t', '2']);
    discardFolders();
  });

  it('runs in its root or is refused, and nothing outside of it changes', async () => {
    const made = await bundleOf(FILE, { tag: `${project}:latest`, allow });
    file = `${made.output}/compose.yaml`;
    const image = await docker(['run', '--rm', '--entrypoint', 'sh', made.tag, '-c', FINGERPRINT]).catch(
      ({ message }: Error) => message,
    );
    await docker(['compose', '-f', file, ...override, '-p', project, 'up', '-d']);
    const states = await eventually('the victim to run and the others to have been tried', async () => {
      const { stdout } = await docker(['exec', bundle, 'bundle-status', '--json']).catch(() => ({
        stdout: '[]',
      }));
      const found = JSON.parse(stdout) as { member: string; state: string; rung: string }[];
      const isTried = ({ state }: { state: string }) => state === 'running' || state === 'rest';
      return found.length === 3 && found.every(isTried) ? found : undefined;
    });
    expect(states.map((one) => one.rung)).toEqual([rung, rung, rung]);
    expect(states.find(({ member }) => member === 'files')?.state).toBe('running');
    const now = (await docker(['exec', bundle, 'sh', '-c', FINGERPRINT])).stdout;
    const lines = (text: string) => text.split('\n').slice(1);
    expect(lines(now)).toEqual(lines(typeof image === 'string' ? image : image.stdout));
    const keptOf = async () => (await docker(['exec', bundle, 'cat', '/srv/victim/kept'])).stdout;
    const kept = await eventually('the victim to have written', () => keptOf().catch(() => undefined));
    expect(kept).toBe('kept\n');
  });
});
