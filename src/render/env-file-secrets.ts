/** Env files stay the user's files: each travels as a secret of its own, mounted where the launcher reads it (design D4). */
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

function secretName(service: string, index: number): string {
  return `bundle-env-${service}-${index}`;
}
