/** What is mounted in a member is what was mounted in its own container: content, owner, mode, what can be written. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';

const FILE = 'test/live/compose/project/compose.yaml';
const PLAIN = 'bundle-shared-test-mounts-plain';
const BUNDLED = 'bundle-shared-test-mounts';
const env = { MOUNTED_SECRET: 's3cret of the environment', PASSED: 'passed on', HOOKED: 'of course' };

type Told = Readonly<Record<string, readonly string[]>>;

/** Lines of each service or replica, in order. */
function parse(log: string): Told {
  const told: Record<string, string[]> = {};
  for (const line of log.split('\n')) {
    const [, name = '', text = ''] = /^(\S+?)\s+\| (.*=.*)$/.exec(line) ?? [];
    if (name === '') continue;
    const lines = told[name.replace(/-1$/, '')] ?? [];
    told[name.replace(/-1$/, '')] = [...lines, text];
  }
  return told;
}

async function tell(file: string, project: string, flags: readonly string[], count: number): Promise<Told> {
  await docker(['compose', '-f', file, '-p', project, 'up', '-d', '--quiet-pull'], { env });
  return eventually(`${count} programs to say what they see`, async () => {
    const told = parse((await docker(['compose', '-p', project, 'logs', '--no-color', ...flags])).stdout);
    return Object.values(told).filter((lines) => lines.includes('end=1')).length >= count ? told : undefined;
  });
}

/** What the hook before the stop left in a volume. */
async function stopped(file: string, project: string): Promise<string> {
  await docker(['compose', '-f', file, '-p', project, 'stop'], { env });
  const volume = `${project}_stopped:/stopped`;
  return (await docker(['run', '--rm', '-v', volume, 'debian:trixie-slim', 'cat', '/stopped/mark'])).stdout;
}

let plain: Told = {};
let bundled: Told = {};
let marks: readonly string[] = [];
let file = '';

beforeAll(async () => {
  Object.assign(process.env, env);
  const made = await bundleOf(FILE, { tag: 'bundle-shared-test:mounted', projectName: BUNDLED });
  file = `${made.output}/compose.yaml`;
  const count = made.plan.bundles[0]?.members.length ?? 0;
  plain = await tell(FILE, PLAIN, [], count);
  const plainMark = await stopped(FILE, PLAIN);
  await docker(['compose', '-f', FILE, '-p', PLAIN, 'down', '-t', '0', '-v'], { env });
  bundled = await tell(file, BUNDLED, ['--no-log-prefix'], count);
  marks = [plainMark, await stopped(file, BUNDLED)];
});

afterAll(async () => {
  await docker(['compose', '-f', file, '-p', BUNDLED, 'down', '-t', '1', '-v'], { env });
  await docker(['compose', '-f', FILE, '-p', PLAIN, 'down', '-t', '0', '-v'], { env });
  discardFolders();
});

describe('a member finds what its container had', () => {
  it.each([
    ['filled', 'content, owner and mode of the image in an empty volume'],
    ['nocopy', 'nothing in a volume that is not to be filled'],
    ['image-volume', 'an anonymous volume for a VOLUME of its image'],
    ['named-over-volume', 'a named volume in its place'],
    ['through-link', 'a mount behind a symbolic link of its image'],
    ['nested', 'mounts below mounts'],
    ['writer', 'a shared volume at one path'],
    ['reader', 'and at another, read-only'],
    ['inherits', 'volumes of another service'],
    ['read-only', 'a root that cannot be written, with a tmpfs'],
    ['files', 'secrets and configs with owner and mode'],
    ['raw', 'variables of a raw file, of a list, of the caller'],
    ['hooked', 'what a hook after the start left, done as its user in its directory'],
    ['zeta', 'volumes that its image filled'],
    ['alpha', 'and that its own did not'],
    ['ended', 'an end that no hook before the stop minds'],
    ['blank', 'the program of an entrypoint of one empty word'],
    ['own-names', 'its own files for hosts and resolv.conf'],
    ['filtered', 'the syscall filter'],
    ['unfiltered', 'none, where that is asked for'],
    ['replica', 'a root of its own'],
    ['replica-2', 'a root of its own as a second replica'],
  ])('%s: %s', (service) => {
    expect(plain[service]?.length).toBeGreaterThan(1);
    expect(bundled[service]).toEqual(plain[service]);
  });

  it('a hook before the stop runs in the member', () => expect(marks).toEqual(['stopped\n', 'stopped\n']));
});
