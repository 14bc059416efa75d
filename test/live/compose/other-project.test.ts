/** A bundle is started again under another name as its project was: with volumes and networks of its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bundleOf, discardFolders, temporaryFolder } from '../bundles.js';
import { readConfig } from './compare-projects.js';

afterAll(discardFolders);

const IMAGE = 'debian:bookworm-slim';

it('what nobody named belongs to the project that is started, before and after', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'compose.yaml'),
    `name: bundle-shared-test-first
services: { app: { image: "${IMAGE}", command: [sleep, "9"], volumes: ["own:/own", "named:/named", "maybe:/maybe"] } }
volumes: { own: , named: { name: bundle-shared-test-named }, maybe: { external: "\${EXTERNAL:-true}" } }
`,
  );
  const { output } = await bundleOf(join(folder, 'compose.yaml'), { build: false });
  const ofOther = async (file: string) => {
    const flags = ['-f', file, '-p', 'bundle-shared-test-second'];
    const config = await readConfig(folder, flags, { EXTERNAL: 'false' });
    return { networks: config.networks, volumes: config.volumes };
  };
  expect(await ofOther(join(output, 'compose.yaml'))).toEqual(await ofOther(join(folder, 'compose.yaml')));
});
