/** Env files stay the user's files: each travels as a secret of its own, mounted where the launcher reads it (design D4). */
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../compose/project.js';
import type { Member } from '../plan/plan.js';
import type { Rebase } from './rebase.js';

/** For the top level of the compose file. */
export function envFileSecrets(members: readonly Member[], rebase: Rebase): JsonObject {
  const entries = members.flatMap(({ service, envFiles }) =>
    envFiles.map(({ path }, index): [string, Json] => [secretName(service, index), { file: rebase(path) }]),
  );
  return Object.fromEntries(entries);
}

/** For the bundle's service. */
export function envFileEntries(members: readonly Member[]): readonly Json[] {
  return members.flatMap(({ service, envFiles }) =>
    envFiles.map(({ target }, index) => ({ source: secretName(service, index), target })),
  );
}

/** Of the 64 characters that a swarm allows, those that a project and an env file may take: 12 are for the revision. */
const PROJECT_LENGTH = 20;
const FILE_LENGTH = 30;

/**
 * The name of such a secret in a swarm, where contents never change under a name: an edited file needs another one.
 * `docker stack deploy` puts the stack's name in front of keys alone, so stacks of one file say theirs.
 */
export function stackSecretName(project: string, key: string): string {
  const file = shortened(key.replace(/^bundle-/, ''), FILE_LENGTH);
  return `\${BUNDLE_STACK:-${shortened(project, PROJECT_LENGTH)}}-${file}-\${BUNDLE_REVISION:-0}`;
}

/** With a digest in place of the end, so that two long names stay two. */
function shortened(name: string, length: number): string {
  if (name.length <= length) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, length - digest.length - 1)}-${digest}`;
}

function secretName(service: string, index: number): string {
  return `bundle-env-${service}-${index}`;
}
