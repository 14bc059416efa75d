/** What can be wrong with an image that was built. */
import * as v from 'valibot';
import type { ExecResult } from './engine/engine.js';
import { error, type Problem, warning } from './problems.js';

export function driftProblem(
  service: string,
  reference: string,
  before: string,
  now: string | undefined,
): Problem {
  return error(
    'IMAGE_DRIFT',
    `image "${reference}" of service "${service}" changed while the bundle was built`,
    undefined,
    {
      why: `it was ${before}, and is ${now ?? 'gone'}`,
      fix: 'run the command again when nothing else builds or pulls that image',
    },
  );
}

/** A registry takes nothing back; `pushed` are tags with their digests. */
export function staysPushed(pushed: readonly string[]): Problem {
  return warning('STAYS_PUSHED', `published before that, and still there: ${pushed.join(', ')}`, undefined, {
    why: 'what was pushed cannot be taken back',
    fix: 'run the command again to push the rest, or remove them in the registry',
  });
}

const GRANTED = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

const ADVICE: Readonly<Record<string, string>> = {
  userns:
    'allow user namespaces in containers (sysctl user.max_user_namespaces; on Ubuntu from 23.10 sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile with "userns,"), or ask for the stronger rung: --allow sys-admin; for an image that runs on another Engine: --no-probe',
  'sys-admin':
    'let the Engine grant SYS_ADMIN and SYS_PTRACE; for an image that runs on another Engine: --no-probe',
  chroot: 'let the Engine grant SYS_CHROOT; for an image that runs on another Engine: --no-probe',
};

/** `wanted`: rungs that members need; `result`: of `bundle-rungs`, which prints rung → why not, `""` for granted. */
export function rungProblem(wanted: readonly string[], result: ExecResult): Problem | undefined {
  const granted = v.safeParse(GRANTED, result.stdout);
  if (result.code !== 0 || !granted.success) {
    return error('BUNDLE_UNUSABLE', 'the image was built, but does not start on this Engine', undefined, {
      why: `it ended with code ${result.code}: ${result.stderr.trim() || 'no message'}`,
      fix: 'see the log of the Engine; for an image that runs on another Engine: --no-probe',
    });
  }
  const refused = wanted.find((rung) => granted.output[rung] !== '');
  if (refused === undefined) return undefined;
  return error(
    'RUNG_REFUSED',
    `this Engine does not let the bundle run its members on the rung "${refused}"`,
    undefined,
    {
      why: granted.output[refused] ?? 'the image does not know that rung',
      fix: ADVICE[refused] ?? '--no-probe',
    },
  );
}
