/** What can be wrong with what a command is given to work on: one constructor per code. */
import { error, type Problem } from './problems.js';

const NAME_ONE_INSIDE = 'it cannot be replaced as a whole; name a folder in it: --output DIR/bundle';

/** By what the system says: a mount point, a folder of an image's lower layer, a full disk, another run. */
const OUTPUT_FIXES: Readonly<Record<string, string>> = {
  EBUSY: NAME_ONE_INSIDE,
  EXDEV: NAME_ONE_INSIDE,
  ENOSPC: 'make room, or name another one: --output DIR',
  ENOTEMPTY: 'run the command again when no other one writes there, or name another one: --output DIR',
};

export const inputProblems = {
  NO_COMPOSE_FILE: (): Problem =>
    error(
      'NO_COMPOSE_FILE',
      'no compose file was named, and there is none here or in a folder above',
      undefined,
      { fix: 'name one: bundle-shared path/to/compose.yaml' },
    ),

  COMPOSE_FILE_MISSING: (path: string, why: string): Problem =>
    error('COMPOSE_FILE_MISSING', `"${path}" cannot be read`, undefined, {
      why,
      fix: 'check the path; relative ones count from here',
    }),

  OUTPUT_OCCUPIED: (folder: string, what: string): Problem =>
    error('OUTPUT_OCCUPIED', `the output folder "${folder}" ${what}`, undefined, {
      why: 'the output folder is replaced as a whole',
      fix: 'name another one: --output DIR',
    }),

  OUTPUT_UNWRITABLE: (folder: string, code: string, cause: string): Problem =>
    error('OUTPUT_UNWRITABLE', `the output folder "${folder}" cannot be written`, undefined, {
      why: cause,
      fix: OUTPUT_FIXES[code] ?? 'let it be written and replaced, or name another one: --output DIR',
    }),

  TEMPLATES_UNREADABLE: (folder: string, cause: string): Problem =>
    error('TEMPLATES_UNREADABLE', `the folder of templates "${folder}" cannot be read: ${cause}`, undefined, {
      fix: 'give --templates a folder with Dockerfile.hbs or supervisord.conf.hbs in it',
    }),
} as const;
