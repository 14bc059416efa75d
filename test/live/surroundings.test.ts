import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders } from './bundles.js';
import { docker, eventually } from './docker.js';

const FILE = 'test/live/projects/surroundings/compose.yaml';
const PLAIN = 'bundle-shared-test-plain';
const BUNDLED = 'bundle-shared-test-surroundings';
const shell = { SURROUNDINGS_VALUE: 'from the shell: "$x" %', PASSED: 'passed on' };

type Told = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Lines `service | key=value` of a Compose log or a bundle's. */
function parse(log: string): Told {
  const told: Record<string, Record<string, string>> = {};
  for (const line of log.split('\n')) {
    const [, service, key, value] = /^(\S+?)(?:-1)?\s+\| ([\w-]+)(?:=(.*))?$/.exec(line) ?? [];
    if (service === undefined || key === undefined) continue;
    told[service] ??= {};
    told[service][key] = value ?? '';
  }
  return told;
}

async function tell(file: string, project: string, log: () => Promise<string>, count: number): Promise<Told> {
  await docker(['compose', '-f', file, '-p', project, 'up', '-d', '--no-build'], { env: shell });
  return eventually(`${count} programs to say what they were given`, async () => {
    const told = parse(await log());
    return Object.values(told).filter((one) => 'end' in one).length >= count ? told : undefined;
  });
}

let plain: Told = {};
let bundled: Told = {};
let output = '';

beforeAll(async () => {
  process.env.SURROUNDINGS_VALUE = shell.SURROUNDINGS_VALUE;
  const made = await bundleOf(FILE, { tag: 'bundle-shared-test:surroundings' });
  output = made.output;
  const count = made.plan.bundles[0]?.members.length ?? 0;
  plain = await tell(
    FILE,
    PLAIN,
    async () => (await docker(['compose', '-p', PLAIN, 'logs', '--no-color'])).stdout,
    count,
  );
  await docker(['compose', '-f', FILE, '-p', PLAIN, 'down', '-t', '0'], { env: shell });
  const file = `${output}/compose.yaml`;
  bundled = await tell(
    file,
    BUNDLED,
    async () => (await docker(['compose', '-p', BUNDLED, 'logs', '--no-color', '--no-log-prefix'])).stdout,
    count,
  );
});

afterAll(async () => {
  await docker(['compose', '-f', `${output}/compose.yaml`, '-p', BUNDLED, 'down', '-t', '5', '-v'], {
    env: shell,
  });
  await docker(['compose', '-f', FILE, '-p', PLAIN, 'down', '-t', '0', '-v'], { env: shell });
  discardFolders();
});

const services = [
  'plain',
  'words',
  'shell-words',
  'environment',
  'environment-of-files',
  'user-name',
  'user-ids',
  'user-unknown',
  'user-group',
  'directory',
  'caps',
  'limits',
  'reading',
];

describe('a program in a bundle is given what it was given in its own container', () => {
  it.each(services)('%s', (service) => {
    expect(plain[service]).toBeDefined();
    expect(bundled[service]).toEqual(plain[service]);
  });
});
