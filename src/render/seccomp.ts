/** Syscall filters: the one that a member gets back inside, and the wider one that the container around it needs. */
import type { JsonObject } from '../compose/project.js';
import type { ProcessLimits } from '../plan/plan.js';
import { ALLOWED, ALLOWED_BY_CAPABILITY, CONDITIONAL, REFUSED } from './docker-seccomp.js';

const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = {
  amd64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
};

const EPERM = 1;
const ENOSYS = 38;

/** What making namespaces and mounts for the members takes beyond Docker's default (rung *userns*, SECURITY.md). */
const NAMESPACE_SYSCALLS = [
  'clone',
  'fsconfig',
  'fsmount',
  'fsopen',
  'mount',
  'mount_setattr',
  'move_mount',
  'open_tree',
  'pivot_root',
  'setdomainname',
  'sethostname',
  'setns',
  'umount',
  'umount2',
  'unshare',
];

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (sched.h). */
const NAMESPACE_FLAGS = [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000];

/**
 * The filter of a plain container with these capabilities, for `linux.seccomp` of config.json. crun, unlike runc, does
 * not answer unknown syscalls with ENOSYS by itself, so the default does, and what Docker refuses is refused by name.
 */
export function memberSeccomp(capabilities: readonly string[], platform: string): JsonObject {
  const allowed = allowedFor(capabilities);
  const conditional = CONDITIONAL.filter(({ names }) => names.every((name) => !allowed.includes(name)));
  const named = new Set<string>([...allowed, ...conditional.flatMap(({ names }) => names)]);
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: ENOSYS,
    architectures: architecturesOf(platform),
    syscalls: [
      { names: allowed, action: 'SCMP_ACT_ALLOW' },
      ...conditional.map((rule) => rule as JsonObject),
      ...conditional.flatMap(refusedOtherwise),
      ...(allowed.includes('clone') ? [] : NAMESPACE_FLAGS.map(refusedClone)),
      { names: refusedNames(named), action: 'SCMP_ACT_ERRNO', errnoRet: EPERM },
    ],
  };
}

/** Newer than all that its Engine refuses, so that there they do not exist (`REFUSED`). */
const UNKNOWN = new Set(['lsm_get_self_attr', 'lsm_list_modules', 'lsm_set_self_attr']);

/** What Docker refuses to everybody, and what it allows with capabilities that this member has not. */
function refusedNames(named: ReadonlySet<string>): readonly string[] {
  const names = new Set([...REFUSED, ...Object.values(ALLOWED_BY_CAPABILITY).flat()]);
  return [...names].filter((name) => !named.has(name) && !UNKNOWN.has(name)).sort();
}

/**
 * `seccomp.json` of the output folder, in the form that `docker run --security-opt seccomp=` takes: all that any member
 * is allowed, which is everything where one has no filter.
 */
export function bundleSeccomp(members: readonly ProcessLimits[], platform: string): JsonObject {
  const architectures = architecturesOf(platform);
  // The architectures are named even so: libseccomp kills programs of those that a filter does not know.
  if (members.some(({ seccomp }) => seccomp === 'unconfined'))
    return { defaultAction: 'SCMP_ACT_ALLOW', architectures };
  const allowed = [
    ...new Set([...members.flatMap(({ capabilities }) => allowedFor(capabilities)), ...NAMESPACE_SYSCALLS]),
  ].sort();
  const conditional = CONDITIONAL.filter(({ names }) => names.every((name) => !allowed.includes(name)));
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: EPERM,
    architectures,
    syscalls: [
      { names: allowed, action: 'SCMP_ACT_ALLOW' },
      ...conditional.map((rule) => rule as JsonObject),
    ],
  };
}

/** What a rule "all values but this one" leaves out is refused as Docker refuses it, not with the ENOSYS of the default. */
function refusedOtherwise({ names, args }: (typeof CONDITIONAL)[number] & { args?: unknown }): JsonObject[] {
  const [arg, ...others] = (args ?? []) as readonly JsonObject[];
  if (arg?.op !== 'SCMP_CMP_NE' || others.length > 0) return [];
  return [{ names, action: 'SCMP_ACT_ERRNO', errnoRet: EPERM, args: [{ ...arg, op: 'SCMP_CMP_EQ' }] }];
}

/** EPERM, as Docker answers, and not the ENOSYS of what does not exist: programs tell the two apart. */
function refusedClone(flag: number): JsonObject {
  return {
    names: ['clone'],
    action: 'SCMP_ACT_ERRNO',
    errnoRet: EPERM,
    args: [{ index: 0, value: flag, valueTwo: flag, op: 'SCMP_CMP_MASKED_EQ' }],
  };
}

function allowedFor(capabilities: readonly string[]): readonly string[] {
  const added = capabilities.flatMap((capability) => ALLOWED_BY_CAPABILITY[capability] ?? []);
  return [...new Set([...ALLOWED, ...added])].sort();
}

/** A platform without a list gets none: the filter then covers the native architecture alone. */
function architecturesOf(platform: string): readonly string[] {
  return ARCHITECTURES[platform.split('/')[1] ?? ''] ?? [];
}
