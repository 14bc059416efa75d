/** What a target cannot do: one constructor per code. */
import type { MemberNeeds } from '../plan/plan.js';
import { error, type Problem, warning } from '../problems.js';

export const targetProblems = {
  SWARM_REFUSES: (
    where: string,
    key: string,
    why: string,
    at: Problem['location'],
    fix = `remove "${key}" for this target, in a compose file of its own that adds to the project`,
  ): Problem =>
    error('SWARM_REFUSES', `"${key}" of "${where}" has no counterpart in a swarm`, at, { why, fix }),

  /** `where`: `service "db"` or `network "back"`. */
  SWARM_IGNORES: (where: string, keys: readonly string[], at: Problem['location']): Problem =>
    warning('SWARM_IGNORES', `a swarm ignores ${keys.map((key) => `"${key}"`).join(', ')} of ${where}`, at, {
      why: 'docker stack deploy takes another dialect than docker compose',
      fix: `check that the ${where.split(' ')[0]} does without`,
    }),

  SWARM_ENV_FILES: (services: readonly string[], at: Problem['location']): Problem =>
    warning(
      'SWARM_ENV_FILES',
      `env files of ${services.map((service) => `"${service}"`).join(', ')} become secrets, which a swarm never changes`,
      at,
      {
        why: 'docker stack deploy refuses other contents under a known name ("only updates to Labels are allowed")',
        fix: 'deploy with another BUNDLE_REVISION after each edit of an env file, and with a BUNDLE_STACK for each stack',
      },
    ),

  SWARM_RUNG: (bundle: string): Problem =>
    warning('SWARM_RUNG', `bundle "${bundle}" runs on rung chroot in a swarm`, undefined, {
      why: 'a swarm ignores security_opt, so it grants neither namespaces nor a live /proc to members',
      fix: 'give --allow sys-admin when members need /proc or must be kept apart by the kernel',
    }),

  SWARM_NEEDS_GRANT: (service: string, needs: MemberNeeds, at: Problem['location']): Problem =>
    error('SWARM_NEEDS_GRANT', `"${service}" does not run on rung chroot, which is what a swarm gives`, at, {
      why: needs.why.join('; '),
      fix: `give --allow sys-admin, or leave the service out: --exclude ${service}`,
    }),

  SWARM_SYS_ADMIN: (service: string, at: Problem['location']): Problem =>
    error('SWARM_SYS_ADMIN', `"${service}" could leave its root for that of the bundle in a swarm`, at, {
      why: 'a swarm ignores security_opt, so that pivot_root is refused, and with SYS_ADMIN what was mounted over can be unmounted',
      fix: `leave the service out: --exclude ${service}, or give it a bundle of its own`,
    }),

  SWARM_ORDER: (waits: readonly string[]): Problem =>
    warning('SWARM_ORDER', `a swarm starts services in any order: ${waits.join(', ')}`, undefined, {
      why: 'docker stack deploy ignores depends_on between services; within a bundle it holds',
      fix: 'make sure that the waiting service tries again, or put both into one group',
    }),
} as const;
