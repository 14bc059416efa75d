/** Secrets and configs that somebody else keeps: a swarm has them (test/platforms), Compose alone refuses them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bundleOf, discardFolders, temporaryFolder } from '../bundles.js';
import { docker } from '../docker.js';

afterAll(discardFolders);

const IMAGE = 'debian:bookworm-slim';

/** What Compose says when it is to make the containers of a file; nothing of them is left. */
async function refusalOf(file: string): Promise<string> {
  const flags = ['compose', '--progress', 'plain', '--file', file];
  try {
    await docker([...flags, 'create', '--no-build', '--pull', 'never']);
    return '';
  } catch (cause) {
    return (
      String((cause as Error).message)
        .trim()
        .split('\n')
        .at(-1) ?? ''
    );
  } finally {
    await docker([...flags, 'down']);
  }
}

it.each([
  ['a secret', 'secrets', '{ external: true }', 'unsupported external secret kept'],
  [
    'a secret with a name',
    'secrets',
    '{ external: true, name: of-others }',
    'unsupported external secret of-others',
  ],
  ['a config', 'configs', '{ external: true }', 'unsupported external config kept'],
  [
    'a config with a name',
    'configs',
    '{ external: true, name: of-others }',
    'unsupported external config of-others',
  ],
])('Compose refuses %s that is external in the same words before and after', async (_, kind, kept, words) => {
  const file = join(temporaryFolder(), 'compose.yaml');
  writeFileSync(
    file,
    `name: bundle-shared-test-external\nservices: { app: { image: "${IMAGE}", command: [sleep, "9"], ${kind}: [kept] } }\n${kind}: { kept: ${kept} }\n`,
  );
  // The words come before an image is needed.
  const { output } = await bundleOf(file, { build: false });
  expect(await refusalOf(file)).toBe(words);
  expect(await refusalOf(join(output, 'compose.yaml'))).toBe(words);
});
