import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders } from './bundles.js';
import { docker, eventually } from './docker.js';
import { record } from './life/scorecard.js';

const FILE = 'test/live/projects/neighbours/compose.yaml';
const PLAIN = 'bundle-shared-test-strangers';

/** personality(2) with an odd argument: crun's library cannot say "all but these", so it does not exist (ENOSYS). */
const OTHER_ANSWER = new Set(['135']);

const ATTEMPTS = '/attempts.pl';

/** What SECURITY.md says that members share. */
const SHARED = new Set(['abstract-socket']);

/** Attempts that a process of the same namespaces, and only that, succeeds with. */
const WITHIN = /^(shared-memory|message-queue|semaphore|posix-.*)$/;

/** Directories that the runtime mounts on or writes to become links to those of a neighbour and of the bundle. */
const HOSTILE_LINKS = [
  'mkdir -p /old && mv /etc /old/etc; ln -s /../../srv/victim/etc /etc',
  'mv /run /old/run; ln -s ../../../run /run',
  'mv /tmp /old/tmp; ln -s /../../srv/victim /tmp',
].join('; ');

/** The victim runs a little before it has hidden all that the others look for. */
const hasHidden = (bundle: string) =>
  eventually('the victim to have hidden everything', async () =>
    /^victim *\| hidden$/m.test((await docker(['logs', bundle])).stdout) ? true : undefined,
  );

/** `NAME OUTCOME` lines of the attempts. */
function outcomes(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => [line.split(' ')[0], line.slice(line.indexOf(' ') + 1)]));
}

/**
 * Members have the filter of Engine 28: older ones let plain containers use io_uring (425 to 427), and do not know
 * name_to_handle_at, process_vm_*, pkey_*, set_mempolicy_home_node, and what came after it.
 */
const OLDER_ENGINES_ANSWER = ['303', '310', '311', '329', '330', '331', '425', '426', '427'];
const NEWER_CALLS = 450;

const MORE = 'test/live/projects/neighbours/more.yaml';
/** What `cap_add` of a member says. */
const ADDED = {
  attacker: [],
  tracer: ['SYS_PTRACE', 'SYS_NICE', 'SYSLOG', 'DAC_READ_SEARCH'],
  administrator: ['SYS_ADMIN'],
} as const;

describe.each([
  { rung: 'userns', allow: [] as const, files: [FILE], members: ['attacker'] as const },
  {
    rung: 'sys-admin',
    allow: ['sys-admin'] as const,
    files: [FILE, MORE],
    members: ['attacker', 'tracer', 'administrator'] as const,
  },
])('a member on rung $rung that runs as root', ({ rung, allow, files, members }) => {
  const project = `bundle-shared-test-${rung}`;
  const bundle = `${project}-bundle-1`;
  let file = '';
  const inside = async (member: string, ...command: string[]) =>
    (await docker(['exec', bundle, 'bundle-exec', '-T', member, ...command])).stdout;
  const outside = async (...command: string[]) => (await docker(['exec', bundle, ...command])).stdout;

  const statuses = async () =>
    JSON.parse(await outside('bundle-status', '--json')) as {
      readonly member: string;
      readonly state: string;
      readonly pid: number;
    }[];
  /** Content and names of the victim's files and of the bundle's own. */
  const fingerprint = () =>
    outside(
      'sh',
      '-c',
      "find /srv/victim /etc /run /usr/lib/bundle-shared -xdev ! -path '/run/bundle/*' ! -path '*/supervisor*' ! -path '*.pid' | sort | sha1sum; cat /etc/hosts /srv/victim/etc/* 2>/dev/null | sha1sum",
    );

  beforeAll(async () => {
    const made = await bundleOf(FILE, { files, tag: `${project}:latest`, allow });
    file = `${made.output}/compose.yaml`;
    await docker(['compose', '-f', file, '-p', project, 'up', '-d', '--wait', '--wait-timeout', '400']);
    await hasHidden(bundle);
  });

  afterAll(async () => {
    await docker(['compose', '-f', file, '-p', project, 'down', '-v', '-t', '2']);
    discardFolders();
  });

  it('gets the rung', async () =>
    expect(JSON.parse(await outside('bundle-status', '--json'))[0].rung).toBe(rung));

  /** Every attempt as this member but those that it may succeed with: how many, which got somewhere, and all outcomes. */
  const attemptsOf = async (member: string, mayDo: (name: string) => boolean) => {
    const outcome = outcomes(await inside(member, 'perl', ATTEMPTS));
    const names = Object.keys(outcome).filter((name) => !mayDo(name));
    const gotSomewhere = names.filter((name) => !/^(held|absent)$/.test(outcome[name] ?? ''));
    return {
      count: names.length,
      gotSomewhere: gotSomewhere.map((name) => `${name} ${outcome[name]}`),
      outcome,
    };
  };
  const isShared = (name: string) => SHARED.has(name);

  it('gets nowhere with any attempt to leave or to reach another', async () => {
    const { count, gotSomewhere, outcome } = await attemptsOf('attacker', isShared);
    expect(count).toBeGreaterThan(40);
    record('S5', `root, ${rung}`, gotSomewhere.length === 0, {
      attempts: count,
      'of them succeeded': gotSomewhere.length,
    });
    expect(gotSomewhere).toEqual([]);
    for (const name of SHARED) expect(outcome[name]).toMatch(/^escaped/);
  });

  if (rung === 'sys-admin') {
    it('reaches nobody with SYS_ADMIN either, which may do as it likes in its own namespaces', async () => {
      const own = /^(unshare-|mount-|clone-user|binfmt|kernel-log$|abstract-socket)/;
      const { count, gotSomewhere } = await attemptsOf('administrator', (name) => own.test(name));
      expect(count).toBeGreaterThan(25);
      expect(gotSomewhere).toEqual([]);
    });

    it('gets nowhere from a user namespace that it asked for either', async () => {
      const { count, gotSomewhere } = await attemptsOf('confined', isShared);
      expect(count).toBeGreaterThan(40);
      expect(gotSomewhere).toEqual([]);
      const states = JSON.parse(await outside('bundle-status', '--json')) as {
        member: string;
        rung: string;
      }[];
      expect(states.find(({ member }) => member === 'confined')?.rung).toBe('userns');
    });
  }

  it('kills nobody but itself', async () => {
    const before = await statuses();
    await outside('sh', '-c', "bundle-exec -T attacker perl -e 'kill 9, -1; kill 9, 2 .. 4000'; true");
    expect((await statuses()).map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
  });

  it('cannot lead the runtime out of its root by links in place of what is mounted or written there', async () => {
    const before = await fingerprint();
    await inside('attacker', 'sh', '-c', HOSTILE_LINKS);
    await docker(['exec', bundle, 'sh', '-c', 'supervisorctl restart attacker; true']);
    await eventually('the attacker to run again or to be refused', async () => {
      const state = (await statuses()).find(({ member }) => member === 'attacker')?.state;
      return state === 'starting' ? undefined : state;
    });
    expect(await fingerprint()).toBe(before);
    expect(await inside('victim', 'cat', '/hidden')).toBe('hidden-from-neighbours\n');
  });

  describe.each(members)('like a plain container with the same cap_add, as %s', (member) => {
    const plain = async (...command: string[]) => {
      const script = `${process.cwd()}/test/live/projects/neighbours/syscalls.pl:/syscalls.pl:ro`;
      const added = ADDED[member].flatMap((name) => ['--cap-add', name]);
      const run = ['run', '--rm', '--name', PLAIN, '-v', script, ...added, 'debian:trixie-slim', ...command];
      return (await docker(run)).stdout.split('\n');
    };
    const bundled = async (...command: string[]) => (await inside(member, ...command)).split('\n');

    it('has its capabilities and a filter', async () => {
      const isMeant = (line: string) => /^(Cap|NoNewPrivs|Seccomp:)/.test(line);
      const status = ['cat', '/proc/self/status'];
      expect((await bundled(...status)).filter(isMeant)).toEqual((await plain(...status)).filter(isMeant));
    });

    it('gets the same answer to every syscall', async () => {
      const wanted = await plain('perl', '/syscalls.pl');
      const found = await bundled('perl', '/syscalls.pl');
      expect(wanted.length).toBeGreaterThan(350);
      expect(found.length).toBe(wanted.length);
      const { stdout: version } = await docker(['version', '--format', '{{.Server.Version}}']);
      const isOlder = Number.parseInt(version, 10) < 28;
      const known = new Set([...OTHER_ANSWER, ...(isOlder ? OLDER_ENGINES_ANSWER : [])]);
      const differing = wanted.filter((line, index) => line !== found[index]);
      const isNews = (number = '') => !known.has(number) && !(isOlder && Number(number) >= NEWER_CALLS);
      expect(differing.filter((line) => isNews(line.split(' ')[0]))).toEqual([]);
    });
  });

  it('leaves supervisord’s socket to root of the container', async () => {
    const before = await statuses();
    const connect = 'use IO::Socket::UNIX; IO::Socket::UNIX->new(Peer => "/run/supervisor.sock") or die $!';
    const commands = [
      ['supervisorctl', 'status'],
      ['bundle-status'],
      ['bundle-logs', 'victim'],
      ['bundle-restart', 'victim'],
      ['perl', '-e', connect],
    ];
    await outside('perl', '-e', connect);
    for (const command of commands)
      await expect(docker(['exec', '-u', '1000', bundle, ...command])).rejects.toThrow('Permission denied');
    expect((await statuses()).map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
    for (const user of ['0', '1000'])
      expect(await inside('-u', user, 'attacker', 'perl', ATTEMPTS, 'supervisor-socket')).toBe(
        'supervisor-socket held\n',
      );
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

/** The same attempts from where they must succeed: an attempt that cannot is none. */
describe('each attempt of the suite', () => {
  const project = 'bundle-shared-test-control';
  const bundle = `${project}-bundle-1`;
  let file = '';

  beforeAll(async () => {
    const made = await bundleOf(FILE, { tag: `${project}:latest` });
    file = `${made.output}/compose.yaml`;
    await docker(['compose', '-f', file, '-p', project, 'up', '-d', '--wait', '--wait-timeout', '400']);
    await hasHidden(bundle);
  });

  afterAll(async () => {
    await docker(['compose', '-f', file, '-p', project, 'down', '-v', '-t', '2']);
    discardFolders();
  });

  it('succeeds where nothing is in its way', async () => {
    const script = `/srv/attacker${ATTEMPTS}`;
    const inInit = await docker(['exec', bundle, 'perl', script, 'bundle-in-own-root']);
    const chrooted = await docker([
      'exec',
      bundle,
      'chroot',
      '/srv/attacker',
      'perl',
      ATTEMPTS,
      'break-out-of-root',
    ]);
    const victim = await docker(['exec', bundle, 'bundle-exec', '-T', 'victim', 'perl', ATTEMPTS]);
    const stranger = outcomes((await docker([...STRANGER(bundle), OPEN_ALL])).stdout);
    const moved = outcomes((await docker([...STRANGER(bundle), MOVED])).stdout);
    const within = Object.entries(outcomes(victim.stdout)).filter(([name]) => WITHIN.test(name));
    const proven = {
      ...stranger,
      ...moved,
      ...Object.fromEntries(within),
      ...outcomes(chrooted.stdout),
      ...outcomes(inInit.stdout),
    };
    const failed = Object.entries(proven).filter(([, outcome]) => !/^(escaped|absent)/.test(outcome));
    expect(failed).toEqual([]);
  });
});

/** A container beside the bundle that shares its processes and network and was granted whatever is in the way. */
const STRANGER = (bundle: string) => [
  'run',
  '--rm',
  '--name',
  `${PLAIN}-control`,
  ...['--pid', `container:${bundle}`, '--network', `container:${bundle}`],
  ...['SYS_ADMIN', 'SYS_PTRACE', 'SYSLOG', 'DAC_READ_SEARCH'].flatMap((name) => ['--cap-add', name]),
  ...['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined'].flatMap((option) => [
    '--security-opt',
    option,
  ]),
  ...['--device-cgroup-rule', 'a *:* rwm'],
  ...['-v', `${process.cwd()}/test/live/projects/neighbours/attempts.pl:${ATTEMPTS}:ro`],
  ...['debian:trixie-slim', 'sh', '-c'],
];

/** Docker mounts these read-only: once for the mount, once for the file system. */
const OPEN_ALL = `for i in /sys /sys/fs/cgroup/*; do mount -o remount,bind,rw $i; done 2>/dev/null
mount -o remount,rw /sys; perl ${ATTEMPTS} --control`;

/** A root that was moved over that of a bundle. */
const MOVED = `mkdir -p /etc/bundle /new; : >/etc/bundle/bundle.json
mount --make-rprivate /; mount --rbind / /new; mount -t tmpfs none /new/etc/bundle
cd /new; mount --move . /; exec chroot . perl ${ATTEMPTS} root-below`;
