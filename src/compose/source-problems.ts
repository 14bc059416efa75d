/** What can be wrong with the files of a project, as files: one constructor per code. */
import { error, type Location, type Problem } from '../problems.js';

type At = Location | undefined;

export const sourceProblems = {
  FILE_TOO_LARGE: (file: string, megabytes: number): Problem =>
    error('FILE_TOO_LARGE', `"${file}" is larger than ${megabytes} MB`, undefined, {
      fix: 'keep data out of the compose file: mount it as a config, a secret or a volume',
    }),

  NESTED_TOO_DEEP: (file: string, levels: number): Problem =>
    error('NESTED_TOO_DEEP', `"${file}" is nested more than ${levels} levels deep`, undefined, {
      fix: 'a compose file needs ten',
    }),

  ALIAS_BOMB: (file: string, values: number): Problem =>
    error('ALIAS_BOMB', `the aliases in "${file}" stand for more than ${values} values`, undefined, {
      why: 'Compose would use up all memory on them',
      fix: 'repeat aliases within aliases less often',
    }),

  TOO_MANY_FILES: (count: number): Problem =>
    error('TOO_MANY_FILES', `the project includes and extends more than ${count} files`, undefined, {
      fix: 'include each file once, and by one name',
    }),

  COMPOSE_FILE_MISSING: (file: string): Problem =>
    error('COMPOSE_FILE_MISSING', `"${file}" is neither a file nor a folder`, undefined, {
      why: 'reading a pipe or a device may never end',
      fix: 'include or extend a regular file',
    }),

  COMPOSE_UNREADABLE: (why: string): Problem =>
    error('COMPOSE_UNREADABLE', 'what Compose makes of the project cannot be read', undefined, {
      why,
      fix: 'docker compose config shows it; write such a text in another way, or leave its service out',
    }),

  PATH_UNCLEAR: (path: string, at: At): Problem =>
    error('PATH_UNCLEAR', `"${path}" is a relative path today, and it is not clear from which folder`, at, {
      why: 'the project includes or extends files of other folders, and Compose does not tell which one means it',
      fix: `write "./${path}", or give the variable an absolute path`,
    }),

  VARIABLE_IN_STRUCTURE: (message: string, at: At, why?: string): Problem =>
    error('VARIABLE_IN_STRUCTURE', message, at, {
      ...(why === undefined ? {} : { why }),
      fix: 'write that value without a variable: values of variables never go into a generated file',
    }),

  VARIABLE_SCOPED: (name: string, at: Location): Problem =>
    error(
      'VARIABLE_SCOPED',
      `variable "${name}" is set for "${at.file}" alone, by an env file of its include`,
      at,
      {
        why: 'the rewritten file is one, and has no variables for a part of it',
        fix: `set "${name}" for the whole project, in its .env or by --env-file`,
      },
    ),
} as const;
