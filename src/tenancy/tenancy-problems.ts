/** What can be wrong with saying who shares with whom: one constructor per code. */
import { error, type Location, type Problem } from '../problems.js';

type At = Location | undefined;

export const tenancyProblems = {
  NO_MEMBERS: (reason: string): Problem =>
    error('NO_MEMBERS', `no service is left for the bundle: ${reason}`, undefined, {
      fix: 'select at least one service, see --include and --exclude',
    }),

  UNKNOWN_SERVICE: (option: string, name: string, nearest: string | undefined): Problem =>
    error('UNKNOWN_SERVICE', `${option} names "${name}", which is not a service of the project`, undefined, {
      fix: nearest === undefined ? 'name a service of the compose file' : `did you mean "${nearest}"?`,
    }),

  X_BUNDLE: (where: string, what: string, at: At, fix: string): Problem =>
    error('X_BUNDLE', `${where}: ${what}`, at, { fix }),
} as const;
