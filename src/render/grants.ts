/** What the rung of a plan needs of the container (design D7). */
import type { Plan } from '../plan/plan.js';

export interface Grants {
  /** Capabilities beyond Docker's default set, without `CAP_`. */
  readonly capabilities: readonly string[];
  /** `security_opt` as a compose file writes it; `seccomp` names the shipped profile. */
  readonly securityOptions: readonly string[];
}

export const SECCOMP_FILE = 'seccomp.json';

const DOCKER_DEFAULT = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);

/** A member's own capabilities must be in the container's too. `folder`: where the profile stands, `''` or `NAME/`. */
export function grantsOf(plan: Plan, folder = ''): Grants {
  const profile = `seccomp=./${folder}${SECCOMP_FILE}`;
  if (plan.grant === 'userns') return { capabilities: [], securityOptions: [profile, 'apparmor=unconfined'] };
  const added = plan.members
    .flatMap(({ process }) => process.capabilities)
    .map((name) => name.replace(/^CAP_/, ''))
    .filter((name) => !DOCKER_DEFAULT.has(name));
  const isUnfiltered = plan.members.some(({ process }) => process.seccomp === 'unconfined');
  return {
    capabilities: [...new Set(['SYS_ADMIN', 'SYS_PTRACE', ...added])].sort(),
    // For pivot_root, which Docker's own filter refuses whatever the capabilities (runtime/launch.py).
    securityOptions: [isUnfiltered ? 'seccomp=unconfined' : profile, 'apparmor=unconfined'],
  };
}
