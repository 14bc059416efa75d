/** What can be wrong with saying who shares with whom: one constructor per code. */
import { error, type Location, type Problem } from '../problems.js';

type At = Location | undefined;

export const tenancyProblems = {
  NO_MEMBERS: (reason: string): Problem =>
    error('NO_MEMBERS', `no service is left for the bundle: ${reason}`, undefined, {
      fix: 'select at least one service, see --include and --exclude',
    }),

  UNKNOWN_SERVICE: (option: string, name: string, nearest: string | undefined, at?: At): Problem =>
    error('UNKNOWN_SERVICE', `${option} names "${name}", which is not a service of the project`, at, {
      fix: nearest === undefined ? 'name a service of the compose file' : `did you mean "${nearest}"?`,
    }),

  UNKNOWN_GROUP: (service: string, group: string, nearest: string | undefined, at: At): Problem =>
    error(
      'UNKNOWN_GROUP',
      `service "${service}" names group "${group}", which the project does not declare`,
      at,
      {
        fix:
          nearest === undefined
            ? `declare it: x-bundle: {groups: {${group}: {}}}`
            : `did you mean "${nearest}"?`,
      },
    ),

  GROUP_CLASH: (service: string, first: string, second: string, at: At): Problem =>
    error('GROUP_CLASH', `service "${service}" is said to be in two places: ${first} and ${second}`, at, {
      why: 'a service runs in one container',
      fix: 'leave one of them out',
    }),

  GROUP_NAME: (group: string, at: At): Problem =>
    error('GROUP_NAME', `group "${group}" has the name of a service that is not its member`, at, {
      why: 'the bundle stands in the rewritten compose file under the name of its group',
      fix: 'give the group another name',
    }),

  TAG_AMBIGUOUS: (tag: string, count: number): Problem =>
    error('TAG_AMBIGUOUS', `--tag ${tag} names one image, and there are ${count} bundles`, undefined, {
      fix: 'give each group its tag: x-bundle: {groups: {NAME: {tag: ...}}}',
    }),

  TAG_MALFORMED: (tag: string, bundle: string, isAlone: boolean, at: At): Problem =>
    error('TAG_MALFORMED', `"${tag}" is not a name that an image can have`, at, {
      why: 'names are [registry[:port]/]path[:tag], the path in lower case',
      fix: `give another: ${isAlone ? '--tag registry.example.com/team/shop:1.4' : `x-bundle: {groups: {${bundle}: {tag: ...}}}`}`,
    }),

  X_BUNDLE: (where: string, what: string, at: At, fix: string): Problem =>
    error('X_BUNDLE', `${where}: ${what}`, at, { fix }),
} as const;
