/** A container that may make control groups below its own, on a machine of its own: each member gets one, with its limits. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders, temporaryFolder } from '../live/bundles.js';
import { docker } from '../live/docker.js';

const FOLDER = 'test/platforms/control-groups';
const NAME = 'bundle-shared-test-control-groups';
const BUNDLE = `${NAME}-bundle:latest`;
const MACHINE = `${NAME}-machine:latest`;

/** Docker's default set. */
const CAPABILITIES =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'
    .split(' ')
    .map((name) => `CAP_${name}`);

const mount = (destination: string, type: string, options: readonly string[]) => ({
  destination,
  type,
  source: type,
  options,
});

/** A container as containerd makes it, with `cgroup_writable`. */
function containerOf({ Entrypoint = [], Cmd, Env = [] }: ImageConfig): object {
  return {
    ociVersion: '1.0.2',
    root: { path: '/bundle' },
    hostname: 'bundle',
    process: {
      user: { uid: 0, gid: 0 },
      args: [...Entrypoint, ...(Cmd ?? [])],
      env: Env,
      cwd: '/',
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
    },
    mounts: [
      mount('/proc', 'proc', ['nosuid', 'noexec', 'nodev']),
      mount('/dev', 'tmpfs', ['nosuid', 'mode=755']),
      mount('/dev/pts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620']),
      mount('/dev/shm', 'tmpfs', ['nosuid', 'noexec', 'nodev', 'mode=1777']),
      mount('/dev/mqueue', 'mqueue', ['nosuid', 'noexec', 'nodev']),
      mount('/sys', 'sysfs', ['nosuid', 'noexec', 'nodev', 'ro']),
      mount('/sys/fs/cgroup', 'cgroup', ['nosuid', 'noexec', 'nodev', 'rw']),
    ],
    linux: {
      cgroupsPath: '/bundle',
      namespaces: ['pid', 'mount', 'ipc', 'uts', 'cgroup'].map((type) => ({ type })),
    },
  };
}

interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd: readonly string[] | null;
  readonly Env?: readonly string[];
}

/** What the machine's console showed. */
let lines: readonly string[] = [];

/** What a member printed. */
const said = (member: string): readonly string[] =>
  lines.flatMap((line) => (line.startsWith(`${member.padEnd(6)} | `) ? [line.slice(9)] : []));

beforeAll(async () => {
  await bundleOf(join(FOLDER, 'compose.yaml'), { tag: BUNDLE });
  const { stdout } = await docker(['image', 'inspect', '--format', '{{json .Config}}', BUNDLE]);
  const context = temporaryFolder();
  cpSync(FOLDER, context, { recursive: true });
  writeFileSync(join(context, 'config.json'), JSON.stringify(containerOf(JSON.parse(stdout) as ImageConfig)));
  await docker(['build', '--quiet', '--tag', MACHINE, '--build-arg', `BUNDLE=${BUNDLE}`, context], {
    timeoutMs: 600_000,
  });
  const { stdout: console } = await docker(['run', '--rm', '--name', NAME, '--network', 'none', MACHINE], {
    timeoutMs: 600_000,
  });
  lines = console.split(/\r?\n/);
});

afterAll(async () => {
  await docker(['rm', '--force', NAME]);
  await docker(['image', 'rm', '--force', MACHINE, BUNDLE]);
  discardFolders();
});

describe('a bundle that may make control groups', () => {
  it('says so, and ends as elsewhere', () => {
    expect(lines).toContain('bundle-shared: members have control groups of their own');
    expect(lines).toContain('the container ended with 7');
  });

  it('gives each member the limits of its service, which the member sees and cannot change', () => {
    expect(said('stays')).toEqual([
      'group 0::/',
      `memory.max ${300 * 2 ** 20}`,
      `memory.swap.max ${300 * 2 ** 20}`,
      'pids.max 50',
      'cpu.max max 100000',
      'cpuset.cpus.effective 1',
      'written: Read-only file system',
      `kept ${100 * 2 ** 20}`,
    ]);
  });

  it('gives a member without limits none', () => expect(said('free')).toEqual(['max max 0-1']));

  it('ends a member that takes too much memory, each time it is started, and no other', () => {
    const ends = lines.filter((line) => line.startsWith('bundle-shared: greedy exited'));
    expect(ends).toEqual([
      'bundle-shared: greedy exited with code 137, restart 1 in 0.1 s',
      'bundle-shared: greedy exited with code 137',
    ]);
    expect(said('greedy')).toEqual([]);
  });

  it('lets a member have its share of a processor', () => {
    const [, seconds] = /^a second took ([\d.]+)$/.exec(said('slow').join()) ?? [];
    // A fifth: 5, and what of the last period is over.
    expect(Number(seconds)).toBeGreaterThan(4);
  });

  it('lets a member have its number of processes', () => expect(said('many')).toEqual(['made 9']));

  it('runs a command in the group of its member', () => expect(lines).toContain('entered: 0::/ 50'));
});
