/** The matrix: what a program may do × the policy it is restarted by. */
import type { Act } from './act.js';

export const BEHAVIOURS = {
  'exit-0': { says: 'ends with code 0', does: 'exit 0' },
  'exit-3': { says: 'ends with code 3', does: 'exit 3' },
  crash: { says: 'dies by a signal (SEGV)', does: 'segv' },
  early: { says: 'fails before it is healthy', does: 'sleep 0.2 exit 3', unready: true },
  hang: { says: 'ignores the stop signal', does: 'ignore TERM pause' },
  daemon: { says: 'puts itself into the background', does: 'daemonise' },
  orphans: { says: 'leaves orphans behind', does: 'on TERM 0 orphans 20 pause' },
  silent: { says: 'closes stdout and stderr', does: 'on TERM 5 close pause' },
} as const;

export const POLICIES = {
  none: { says: 'no restart', keys: {} },
  always: { says: '`restart: always`', keys: { restart: 'always' } },
  unless: { says: '`restart: unless-stopped`', keys: { restart: 'unless-stopped' } },
  failure: { says: '`restart: on-failure`', keys: { restart: 'on-failure' } },
  'failure-2': { says: '`restart: on-failure:2`', keys: { restart: 'on-failure:2' } },
  deploy: {
    says: '`deploy.restart_policy`: on-failure, 2 attempts',
    keys: { deploy: { restart_policy: { condition: 'on-failure', max_attempts: 2 } } },
  },
} as const;

export type Behaviour = keyof typeof BEHAVIOURS;
export type Policy = keyof typeof POLICIES;

/** Name of a cell's service. */
export function cellName(behaviour: Behaviour, policy: Policy): string {
  return `${behaviour}-${policy}`;
}

/** A service for each cell, with these keys more; not critical, so that all can be watched in one bundle. */
export function matrixServices(
  policies: readonly Policy[],
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, Act>> {
  const cells = (Object.keys(BEHAVIOURS) as Behaviour[]).flatMap((behaviour) =>
    policies.map(
      (policy) => [cellName(behaviour, policy), { ...cellService(behaviour, policy), ...more }] as const,
    ),
  );
  return Object.fromEntries(cells);
}

function cellService(behaviour: Behaviour, policy: Policy): Act {
  const { does, ...more } = BEHAVIOURS[behaviour];
  const unready = { healthcheck: { test: ['CMD', '/act', 'quiet', 'has', '/ready'], interval: '1s' } };
  return {
    does,
    ...POLICIES[policy].keys,
    ...('unready' in more ? unready : {}),
    stop_grace_period: '10s',
    'x-bundle': { critical: false },
  };
}
