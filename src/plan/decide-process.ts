/** What the kernel grants a member: exactly what Docker grants a plain container, plus and minus what its service says. */
import { asList, asObject, asText, asTexts } from '../compose/json.js';
import type { Json, Service } from '../compose/project.js';
import { decideDevices } from './decide-devices.js';
import { decideResources } from './decide-resources.js';
import { parseBytes } from './durations.js';
import type { ProcessLimits } from './plan.js';
import { memberSysctls } from './sysctls.js';

/** Docker's default set (`daemon/caps` of the Engine; the table in the reference of docker run). */
const DEFAULT_CAPABILITIES = [
  'CAP_AUDIT_WRITE',
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_MKNOD',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_RAW',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_CHROOT',
];

const DEFAULT_SHM_BYTES = 64 * 1024 * 1024;

/**
 * Capabilities that act on the network or the host, which belong to the outer user namespace (design §8.5): the kernel
 * asks `capable()` for them.
 */
const HOST_CAPABILITIES = new Set(
  'AUDIT_CONTROL AUDIT_READ BLOCK_SUSPEND BPF IPC_LOCK LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE NET_ADMIN NET_RAW PERFMON SYS_ADMIN SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM'
    .split(' ')
    .map((name) => `CAP_${name}`),
);

export function decideProcess(service: Service): ProcessLimits {
  const options = asTexts(service.resolved.security_opt);
  return {
    capabilities: capabilitiesOf(asTexts(service.resolved.cap_add), asTexts(service.resolved.cap_drop)),
    noNewPrivileges: options.some((option) => /^no-new-privileges(?:[:=]true)?$/.test(option)),
    seccomp: options.some((option) => /^seccomp[:=]unconfined$/.test(option)) ? 'unconfined' : 'default',
    rlimits: rlimitsOf(service.resolved.ulimits),
    oomScoreAdj: Number(asText(service.resolved.oom_score_adj) ?? 0) || null,
    readOnly: service.resolved.read_only === true,
    shmBytes: parseBytes(asText(service.resolved.shm_size) ?? '') || DEFAULT_SHM_BYTES,
    resources: decideResources(service),
    sysctls: memberSysctls(service),
    devices: decideDevices(service),
  };
}

/** Capabilities of `cap_add` that have no effect in a user namespace. */
export function ineffectiveCapabilities(service: Service): readonly string[] {
  return asTexts(service.resolved.cap_add)
    .map(normalCapability)
    .filter((name) => HOST_CAPABILITIES.has(name));
}

/** Names with and without `CAP_`, in any case, and ALL, as `docker run --cap-add` takes them. */
function capabilitiesOf(add: readonly string[], drop: readonly string[]): readonly string[] {
  const added = add.map(normalCapability);
  const dropped = new Set(drop.map(normalCapability));
  const start = dropped.has('CAP_ALL') ? [] : DEFAULT_CAPABILITIES.filter((name) => !dropped.has(name));
  return [...new Set([...start, ...added.filter((name) => name !== 'CAP_ALL')])].sort();
}

function normalCapability(name: string): string {
  const upper = name.toUpperCase();
  return upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}

function rlimitsOf(ulimits: Json | undefined): ProcessLimits['rlimits'] {
  return Object.entries(asObject(ulimits))
    .map(([name, value]) => {
      const both = asText(value);
      const { soft, hard } = asObject(value);
      return {
        type: `RLIMIT_${name.toUpperCase()}`,
        soft: Number(both ?? asText(soft) ?? 0),
        hard: Number(both ?? asText(hard) ?? 0),
      };
    })
    .sort((a, b) => (a.type < b.type ? -1 : 1));
}

/**
 * Options that a member has by itself, or that its bundle has: where members make namespaces, AppArmor is off; SELinux
 * is for all.
 */
const KNOWN_OPTION =
  /^(?:no-new-privileges(?:[:=](?:true|false))?|seccomp[:=]unconfined|apparmor[:=]unconfined|label[:=]disable)$/;

/** Options of `security_opt` that a member cannot have in a bundle. */
export function unknownSecurityOptions(service: Service): readonly string[] {
  return asList(service.resolved.security_opt)
    .map((option) => asText(option) ?? '')
    .filter((option) => !KNOWN_OPTION.test(option));
}
