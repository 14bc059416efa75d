/** What can be wrong with what a command is given to work on: one constructor per code. */
import { error, type Problem } from './problems.js';

export const inputProblems = {
  NO_COMPOSE_FILE: (): Problem =>
    error(
      'NO_COMPOSE_FILE',
      'no compose file was named, and there is none here or in a folder above',
      undefined,
      { fix: 'name one: bundle-shared path/to/compose.yaml' },
    ),

  OUTPUT_OCCUPIED: (folder: string, what: string): Problem =>
    error('OUTPUT_OCCUPIED', `the output folder "${folder}" ${what}`, undefined, {
      why: 'the output folder is replaced as a whole',
      fix: 'name another one: --output DIR',
    }),

  TEMPLATES_UNREADABLE: (folder: string, cause: string): Problem =>
    error('TEMPLATES_UNREADABLE', `the folder of templates "${folder}" cannot be read: ${cause}`, undefined, {
      fix: 'give --templates a folder with Dockerfile.hbs or supervisord.conf.hbs in it',
    }),
} as const;
