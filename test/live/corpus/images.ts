/** Images that the corpus names, built here from Debian's packages under names of the tests. */
import { docker } from '../docker.js';

const PREFIX = 'bundle-shared-test-corpus/';

interface Source {
  readonly context: string;
  readonly target?: string;
}

const OWN = 'test/live/corpus/images';

/** Everything else that the corpus names cannot be built here. */
const SOURCES: Readonly<Record<string, Source>> = {
  'postgres:17': { context: 'examples/shop/db' },
  'redis:7': { context: 'examples/shop/cache' },
  'nginx:1': { context: OWN, target: 'nginx' },
  'node:22': { context: OWN, target: 'node' },
  'mariadb:11': { context: OWN, target: 'mariadb' },
  'wordpress:6': { context: OWN, target: 'wordpress' },
  'prometheus:3': { context: OWN, target: 'prometheus' },
  'alertmanager:0': { context: OWN, target: 'alertmanager' },
  'grafana:11': { context: OWN, target: 'grafana' },
  'pihole:2025': { context: OWN, target: 'pihole' },
  'worker:1': { context: OWN, target: 'worker' },
  'vote:1': { context: 'test/corpus/voting/vote' },
  'result:1': { context: OWN, target: 'result' },
  'tool:1': { context: OWN, target: 'tool' },
};

export function builtHere(image: string): boolean {
  return Object.hasOwn(SOURCES, image);
}

/** The name of the test's own image. */
export function testImage(image: string): string {
  return `${PREFIX}${image}`;
}

/** Gives the names of the images. */
export async function buildImages(images: readonly string[]): Promise<readonly string[]> {
  for (const image of images) {
    const { context, target } = SOURCES[image] ?? { context: '' };
    const flags = target === undefined ? [] : ['--target', target];
    await docker(['build', '--quiet', ...flags, '--tag', testImage(image), context], { timeoutMs: 600_000 });
  }
  return images.map(testImage);
}
