import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BASE, containersNamed, engine } from './engine-for-tests.js';

it('a command empties a folder of the host as root, and leaves no container', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eng-once-'));
  await mkdir(join(folder, 'host'));
  await writeFile(join(folder, 'host/file'), '');
  const request = { image: BASE, entrypoint: ['rm', '-rf', '/copies/host'], user: '0:0' };
  const { code, stderr } = await engine.runOnce({ ...request, folders: { '/copies': folder } });
  expect([code, stderr, await readdir(folder)]).toEqual([0, '', []]);
  await rm(folder, { recursive: true });
  // Other tests may have one at this moment.
  await expect.poll(() => containersNamed('bundle-shared-once-'), { timeout: 180_000 }).toEqual([]);
});
