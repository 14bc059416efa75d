import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders } from './bundles.js';
import { docker, eventually } from './docker.js';

const FILE = 'test/live/projects/neighbours/compose.yaml';
const PLAIN = 'bundle-shared-test-strangers';

/** personality(2) with an odd argument: crun's library cannot say "all but these", so it does not exist (ENOSYS). */
const OTHER_ANSWER = new Set(['135']);

describe.each([
  { rung: 'userns', allow: [] as const },
  { rung: 'sys-admin', allow: ['sys-admin'] as const },
])('a member on rung $rung that runs as root', ({ rung, allow }) => {
  const project = `bundle-shared-test-${rung}`;
  const bundle = `${project}-bundle-1`;
  let file = '';
  const inside = async (member: string, ...command: string[]) =>
    (await docker(['exec', bundle, 'bundle-exec', '-T', member, ...command])).stdout;
  const outside = async (...command: string[]) => (await docker(['exec', bundle, ...command])).stdout;

  beforeAll(async () => {
    const made = await bundleOf(FILE, { tag: `${project}:latest`, allow });
    file = `${made.output}/compose.yaml`;
    await docker(['compose', '-f', file, '-p', project, 'up', '-d', '--wait', '--wait-timeout', '60']);
  });

  afterAll(async () => {
    await docker(['compose', '-f', file, '-p', project, 'down', '-v', '-t', '2']);
    discardFolders();
  });

  it('gets the rung', async () =>
    expect(JSON.parse(await outside('bundle-status', '--json'))[0].rung).toBe(rung));

  it('cannot see, signal, trace or read another, nor make namespaces or mounts', async () => {
    const { stdout } = await docker([
      'exec',
      bundle,
      'sh',
      '-c',
      'bundle-exec -T attacker sh /escape.sh; true',
    ]);
    expect(stdout.split('\n').filter((line) => line.startsWith('ESCAPED'))).toEqual([]);
    expect(await inside('victim', 'cat', '/hidden')).toBe('hidden-from-neighbours\n');
  });

  it('cannot lead the runtime out of its root by links', async () => {
    await inside(
      'attacker',
      'sh',
      '-c',
      'rm -f /etc/resolv.conf /etc/passwd; mkdir -p /run; ln -s /../../srv/victim/hidden /etc/passwd; true',
    ).catch(() => '');
    await outside('supervisorctl', 'restart', 'attacker');
    expect(await inside('victim', 'cat', '/hidden')).toBe('hidden-from-neighbours\n');
  });

  it('has the capabilities and the filter of a plain container', async () => {
    const of = async (run: Promise<string>) =>
      (await run).split('\n').filter((line) => /^(Cap|NoNewPrivs|Seccomp:)/.test(line));
    const plain = docker([
      'run',
      '--rm',
      '--name',
      PLAIN,
      'debian:trixie-slim',
      'cat',
      '/proc/self/status',
    ]).then(({ stdout }) => stdout);
    expect(await of(inside('victim', 'cat', '/proc/self/status'))).toEqual(await of(plain));
  });

  it('gets the same answer to every syscall', async () => {
    const script = `${process.cwd()}/test/live/projects/neighbours/syscalls.pl:/syscalls.pl:ro`;
    const plain = (
      await docker([
        'run',
        '--rm',
        '--name',
        PLAIN,
        '-v',
        script,
        'debian:trixie-slim',
        'perl',
        '/syscalls.pl',
      ])
    ).stdout;
    const member = await inside('attacker', 'perl', '/syscalls.pl');
    const differing = plain.split('\n').filter((line, index) => line !== member.split('\n')[index]);
    expect(plain.split('\n').length).toBeGreaterThan(330);
    expect(differing.filter((line) => !OTHER_ANSWER.has(line.split(' ')[0] ?? ''))).toEqual([]);
  });

  it('reaches a sibling by name only where that listens on the network', async () => {
    const dial = (host: string, port: number) =>
      `perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr => "${host}", PeerPort => ${port}, Timeout => 5); print $s ? <$s> : "refused"'`;
    const open = await eventually('the open listener', async () => {
      const answer = await inside('victim', 'sh', '-c', dial('open', 7002));
      return answer === 'refused' ? undefined : answer;
    });
    expect(open).toBe('open\n');
    expect(await inside('victim', 'sh', '-c', dial('loopback', 7001))).toBe('refused');
  });
});
