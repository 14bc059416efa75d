/** Mounts that only newer Engines know: where the Engine has them, a member has them too; where not, both forms fail alike. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleOf, discardFolders } from '../bundles.js';
import { docker } from '../docker.js';
import { toldTwice } from '../told.js';

const VOLUME = 'bundle-shared-test-part';
const IMAGE_FILE = 'test/live/compose/newer/image.yaml';

let major = 0;

beforeAll(async () => {
  const { stdout } = await docker(['version', '--format', '{{.Server.Version}}']);
  major = Number.parseInt(stdout, 10);
  const fill = 'mkdir -p /v/inner && touch /v/outer /v/inner/kept';
  await docker(['run', '--rm', '--volume', `${VOLUME}:/v`, 'debian:trixie-slim', 'sh', '-c', fill]);
});

afterAll(async () => {
  await docker(['volume', 'rm', '--force', VOLUME]);
  discardFolders();
});

it('a member has the part of a volume that its container had: the named one since Engine 26, all before', async () => {
  const { plain, bundled, discard } = await toldTwice('test/live/compose/newer/part.yaml', 'part');
  try {
    expect(plain.part?.found).toBe(major >= 26 ? 'kept ' : 'inner outer ');
    // The first of the two has left its mark.
    expect(bundled.part).toEqual({
      ...plain.part,
      found: plain.part?.found?.replace('outer', 'mine outer').replace('kept', 'kept mine'),
    });
  } finally {
    await discard();
  }
});

it('a member has the files of an image that its container had, since Engine 28; before, neither form starts', async () => {
  if (major < 28) return expectRefusedTwice();
  const { plain, bundled, discard } = await toldTwice(IMAGE_FILE, 'of-image');
  try {
    expect(plain.reader?.found).toBe('12');
    expect(bundled).toEqual(plain);
  } finally {
    await discard();
  }
});

async function expectRefusedTwice(): Promise<void> {
  const project = 'bundle-shared-test-of-image';
  const made = await bundleOf(IMAGE_FILE, { tag: `${project}:latest` });
  for (const file of [IMAGE_FILE, `${made.output}/compose.yaml`]) {
    await expect(docker(['compose', '-f', file, '-p', project, 'up', '-d'])).rejects.toThrow(
      /require Docker Engine v28/,
    );
    await docker(['compose', '-f', file, '-p', project, 'down', '-t', '0']);
  }
}
