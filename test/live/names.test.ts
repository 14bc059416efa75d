import { afterAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders } from './bundles.js';
import { docker, eventually } from './docker.js';
import { membersOf } from './life/bundle-state.js';

const FILE = 'test/live/projects/names/compose.yaml';
const PROJECT = 'bundle-shared-test-names';
const ASKED = [
  ['both', 'six'],
  ['six', 'both'],
  ['four', 'both'],
  ['both', 'four'],
] as const;

/** Kinds of addresses by which each asker finds the other: what stands first is what a program takes first. */
async function kinds(words: (asker: string) => readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    ASKED.map(async ([asker, name]) => {
      const answer = await docker([...words(asker), 'getent', 'ahosts', name]).catch(() => ({ stdout: '' }));
      const addresses = answer.stdout.split('\n').flatMap((line) => line.split(/\s+/)[0] || []);
      const found = [...new Set(addresses)].map((address) => (address.includes(':') ? 'IPv6' : 'IPv4'));
      return `${asker} finds ${name}: ${found.join(', ') || 'not at all'}`;
    }),
  );
}

/** First IPv4 address of `name`, as the asker finds it. */
async function firstOf(words: readonly string[], name: string): Promise<string> {
  const { stdout } = await docker([...words, 'sh', '-c', `getent ahostsv4 ${name} | head -n 1`]);
  return stdout.split(/\s+/)[0] ?? '';
}

/** By what each finds itself, and whether that is what another one finds; and what `extra_hosts` says. */
async function addresses(
  words: (asker: string) => readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const own = await Promise.all(['six', 'four'].map((name) => firstOf(words(name), '"$(hostname)"')));
  const found = await Promise.all(['six', 'four'].map((name) => firstOf(words('both'), name)));
  return {
    own: own.map((address, index) => address === found[index]),
    six: await firstOf(words('other'), 'six'),
    gates: await Promise.all(['four', 'other'].map((name) => firstOf(words(name), 'gate'))),
  };
}

/** What a service of `projects/names/host.yaml` found in /etc/hosts, as a container or as a member. */
async function hostsOf(project: string, file: string, service: string, flags: readonly string[]) {
  const { stdout } = await docker(['compose', '-f', file, '-p', project, 'logs', '--no-color', ...flags]);
  const lines = stdout.split('\n').map((line) => /^(\w+)(?:-1)? +\| (.*)$/.exec(line) ?? []);
  return lines.flatMap(([, name, text]) => (name === service && text ? [text] : []));
}

it('on the network of the host a member has the host’s names', async () => {
  const source = 'test/live/projects/names/host.yaml';
  const [plain, project] = [`${PROJECT}-host-plain`, `${PROJECT}-host`];
  const made = await bundleOf(source, { tag: `${project}:latest`, dedup: false });
  const bundled = `${made.output}/compose.yaml`;
  try {
    await docker(['compose', '-f', source, '-p', plain, 'up']);
    await docker(['compose', '-f', bundled, '-p', project, 'up']);
    const expected = await hostsOf(plain, source, 'plain', []);
    expect(expected.length).toBeGreaterThan(0);
    // Not stored once, as asked for.
    const list = ['--entrypoint', 'sh', made.tag, '-c', 'stat -c %i /srv/*/usr/bin/perl | uniq | wc -l'];
    expect((await docker(['run', '--rm', ...list])).stdout).toBe('2\n');
    expect(await hostsOf(project, bundled, 'plain', ['--no-log-prefix'])).toEqual(expected);
    const other = await hostsOf(project, bundled, 'other', ['--no-log-prefix']);
    expect(other.join('\n')).toMatch(/^192\.0\.2\.7\s+extra\.example$/m);
    expect(expected.join('\n')).not.toContain('extra.example');
  } finally {
    await docker(['compose', '-f', source, '-p', plain, 'down', '-t', '0']);
    await docker(['compose', '-f', bundled, '-p', project, 'down', '-t', '0']);
    discardFolders();
  }
});

describe('siblings on networks with and without IPv6', () => {
  const plain = `${PROJECT}-plain`;
  let file = '';

  afterAll(async () => {
    await docker(['compose', '-f', FILE, '-p', plain, 'down', '-t', '0']);
    await docker(['compose', '-f', file, '-p', PROJECT, 'down', '-t', '2']);
    discardFolders();
  });

  it('find each other by the same kinds of addresses as in containers of their own', async () => {
    await docker(['compose', '-f', FILE, '-p', plain, 'up', '-d']);
    const inContainer = (asker: string) => ['exec', `${plain}-${asker}-1`];
    const [expected, others] = [await kinds(inContainer), await addresses(inContainer)];
    await docker(['compose', '-f', FILE, '-p', plain, 'down', '-t', '0']);
    const made = await bundleOf(FILE, { tag: `${PROJECT}:latest` });
    file = `${made.output}/compose.yaml`;
    await docker(['compose', '-f', file, '-p', PROJECT, 'up', '-d']);
    const bundle = `${PROJECT}-bundle-1`;
    await eventually('the members to run', async () => {
      const members = await membersOf(bundle).catch(() => ({}));
      const states = Object.values(members).map(({ state }) => state);
      return states.length === 4 && states.every((state) => state === 'running') ? true : undefined;
    });
    const inMember = (asker: string) => ['exec', bundle, 'bundle-exec', '-T', asker];
    expect(await kinds(inMember)).toEqual(expected);
    expect(others).toMatchObject({ own: [true, true], six: '192.0.2.9' });
    expect(await addresses(inMember)).toEqual(others);
    expect(expected).toContain('six finds both: IPv6, IPv4');
  });
});
