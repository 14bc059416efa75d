import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runtimeBytes } from '../../../src/tenancy/runtime-overhead.js';
import { bundleOf, discardFolders } from '../bundles.js';
import { docker, eventually } from '../docker.js';

const FILE = 'test/live/projects/resources/compose.yaml';
const PROJECT = 'bundle-shared-test-resources';
const bundle = `${PROJECT}-bundle-1`;
const MEMBERS = ['device', 'offered', 'other', 'processors'];

type Told = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `service | key=value` lines, once every service has ended its list. */
async function tell(project: string, words: readonly string[]): Promise<Told> {
  return eventually(`${project} to say what it was given`, async () => {
    const { stdout } = await docker(['compose', '-p', project, 'logs', '--no-color', ...words]);
    const told: Record<string, Record<string, string>> = {};
    for (const line of stdout.split('\n')) {
      const [, service, key, value] = /^(\w+?)(?:-1)?\s+\| ([^=]+)(?:=(.*))?$/.exec(line) ?? [];
      if (service && key) told[service] = { ...told[service], [key]: value ?? '' };
    }
    return MEMBERS.every((member) => told[member]?.end !== undefined) ? told : undefined;
  });
}

interface HostConfig {
  readonly Memory: number;
  readonly MemorySwap: number;
  readonly CpuQuota: number;
  readonly CpuShares: number;
  readonly CgroupnsMode: string;
}

async function hostConfig(container: string): Promise<HostConfig> {
  const { stdout } = await docker(['inspect', '-f', '{{json .HostConfig}}', container]);
  return JSON.parse(stdout) as HostConfig;
}

let plain: Told = {};
let limits: readonly HostConfig[] = [];
const down = (file: string, project: string) =>
  docker(['compose', '-f', file, '-p', project, 'down', '-v', '-t', '2']);

beforeAll(async () => {
  await docker(['compose', '-f', FILE, '-p', `${PROJECT}-plain`, 'up', '-d']);
  plain = await tell(`${PROJECT}-plain`, []);
  limits = await Promise.all(MEMBERS.map((member) => hostConfig(`${PROJECT}-plain-${member}-1`)));
  await down(FILE, `${PROJECT}-plain`);
});

afterAll(discardFolders);

describe.each([
  { rung: 'userns', allow: [] as const, override: [] },
  { rung: 'sys-admin', allow: ['sys-admin'] as const, override: [] },
  { rung: 'chroot', allow: [] as const, override: ['-f', 'test/live/projects/nothing-granted.yaml'] },
])('on rung $rung a member', ({ rung, allow, override }) => {
  let file = '';
  let bundled: Told = {};

  beforeAll(async () => {
    const made = await bundleOf(FILE, { tag: `${PROJECT}:${rung}`, allow });
    file = `${made.output}/compose.yaml`;
    await docker(['compose', '-f', file, ...override, '-p', PROJECT, 'up', '-d']);
    bundled = await tell(PROJECT, ['--no-log-prefix']);
  });

  afterAll(() => down(file, PROJECT));

  it('gets its device, and the others do not', () => {
    const devices = (told: Told) =>
      MEMBERS.map((member) => Object.entries(told[member] ?? {}).filter(([key]) => key.startsWith('/dev/')));
    expect(devices(bundled)).toEqual(devices(plain));
    expect(plain.device?.['/dev/log-of-kernel for writing']).toBe('written');
  });

  it('gets its processors and its oom_score_adj, and the others are as they were', async () => {
    const status = (await docker(['exec', bundle, 'bundle-status', '--json'])).stdout;
    const members = JSON.parse(status) as { readonly member: string; readonly pid: number }[];
    const pids = MEMBERS.map((name) => members.find(({ member }) => member === name)?.pid);
    const read = 'cat /proc/$0/oom_score_adj; sed -n "s/^Cpus_allowed_list:[[:space:]]*//p" /proc/$0/status';
    const seen = await Promise.all(
      pids.map((pid) => docker(['exec', bundle, 'sh', '-c', read, String(pid)])),
    );
    expect(seen.map(({ stdout }) => stdout)).toEqual(
      MEMBERS.map((member) => `${plain[member]?.oom}\n${plain[member]?.processors}\n`),
    );
    expect(plain.processors?.processors).toBe('1');
    expect(plain.offered?.oom).toBe('300');
  });

  it('is in a container that may use what its members may together', async () => {
    const { Memory, MemorySwap, CpuQuota, CpuShares, CgroupnsMode } = await hostConfig(bundle);
    const sum = (of: (one: HostConfig) => number) => limits.reduce((total, one) => total + of(one), 0);
    const runtime = runtimeBytes(MEMBERS.length);
    expect([Memory, MemorySwap]).toEqual([
      sum((one) => one.Memory) + runtime,
      sum((one) => one.MemorySwap) + runtime,
    ]);
    // More than some machines have, where each alone is less.
    expect(CpuQuota).toBe(sum((one) => one.CpuQuota));
    expect(CpuShares).toBe(sum((one) => one.CpuShares || 1024));
    expect(CgroupnsMode).toBe('private');
  });

  it('has the network parameter of the one that set it, for the network is one', () =>
    expect(MEMBERS.map((member) => bundled[member]?.somaxconn)).toEqual(['77', '77', '77', '77']));
});

describe('a member that sets parameters of its IPC namespace', () => {
  it('gets them on rung sys-admin, alone', async () => {
    const source = 'test/live/projects/resources/ipc.yaml';
    const made = await bundleOf(source, { tag: `${PROJECT}:ipc`, allow: ['sys-admin'] });
    const file = `${made.output}/compose.yaml`;
    try {
      await docker(['compose', '-f', file, '-p', PROJECT, 'up', '-d', '--wait']);
      const read = async (member: string) =>
        (
          await docker(['exec', bundle, 'bundle-exec', '-T', member, 'cat', '/proc/sys/kernel/shmmax'])
        ).stdout.trim();
      expect(await read('small')).toBe('1048576');
      expect(await read('usual')).not.toBe('1048576');
    } finally {
      await down(file, PROJECT);
    }
  });
});
