/** A member as a standard OCI runtime configuration (runtime-spec 1.0.2), equal to what Docker gives a plain container. */
import type { JsonObject } from '../compose/project.js';
import type { Member } from '../plan/plan.js';
import { memberSeccomp } from './seccomp.js';

/** Docker's defaults (`oci/defaults.go` of the Engine; read off a plain container). */
const MASKED_PATHS = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
];
const READONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** Everything that is known before the start; the launcher completes args, user, env, cwd and what the rung changes. */
export function ociConfig(member: Member, platform: string): JsonObject {
  const { capabilities, noNewPrivileges, rlimits, oomScoreAdj, readOnly, seccomp, resources, sysctls } =
    member.process;
  const mounts = [
    ...systemMounts(member.process.shmBytes),
    ...member.tmpfs.map(({ target, options }) => mount(target, 'tmpfs', 'tmpfs', options)).toSorted(byPlace),
    ...member.process.devices.map(({ place, target }) => mount(target, 'bind', place, ['rbind', 'rprivate'])),
  ];
  return {
    ociVersion: '1.0.2',
    root: { path: `/srv/${member.service}`, readonly: readOnly },
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: [],
      env: [],
      cwd: '/',
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges,
      ...(rlimits.length === 0
        ? {}
        : { rlimits: rlimits.map(({ type, soft, hard }) => ({ type, soft, hard })) }),
      ...(oomScoreAdj === null ? {} : { oomScoreAdj }),
    },
    mounts: [...mounts, ...shownAgain(member, mounts)],
    linux: {
      namespaces: ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })),
      maskedPaths: MASKED_PATHS,
      readonlyPaths: READONLY_PATHS,
      ...(Object.keys(resources).length === 0 ? {} : { resources: { ...resources } }),
      ...(Object.keys(sysctls).length === 0 ? {} : { sysctl: sysctls }),
      ...(seccomp === 'unconfined' ? {} : { seccomp: memberSeccomp(capabilities, platform) }),
    },
  };
}

/** What the Engine mounts in the root, once more where a mount of the member's own would hide it. */
function shownAgain({ service, launch }: Member, own: readonly Mount[]): readonly Mount[] {
  const isHidden = (target: string) =>
    own.some(({ destination }) => target === destination || target.startsWith(`${destination}/`));
  return launch.places
    .filter(isHidden)
    .map((target) => mount(target, 'bind', `/srv/${service}${target}`, ['rbind', 'rprivate']))
    .toSorted(byPlace);
}

interface Mount extends JsonObject {
  readonly destination: string;
}

/** A place comes after those around it. */
function byPlace(a: Mount, b: Mount): number {
  return a.destination < b.destination ? -1 : 1;
}

function systemMounts(shmBytes: number): readonly Mount[] {
  return [
    mount('/proc', 'proc', 'proc', ['nosuid', 'noexec', 'nodev']),
    mount('/dev', 'tmpfs', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    mount('/dev/pts', 'devpts', 'devpts', [
      'nosuid',
      'noexec',
      'newinstance',
      'ptmxmode=0666',
      'mode=0620',
      'gid=5',
    ]),
    mount('/sys', 'bind', '/sys', ['rbind', 'nosuid', 'noexec', 'nodev', 'ro']),
    mount('/dev/mqueue', 'mqueue', 'mqueue', ['nosuid', 'noexec', 'nodev']),
    mount('/dev/shm', 'tmpfs', 'shm', ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${shmBytes}`]),
  ];
}

function mount(destination: string, type: string, source: string, options: readonly string[]): Mount {
  return { destination, type, source, options };
}
