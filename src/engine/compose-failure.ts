/** Turns what Compose says about a project into a problem with a place in the user's file and a fix. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LineCounter, parseAllDocuments } from 'yaml';
import { positionsIn, type SourceFile } from '../compose/source-positions.js';
import { nearest } from '../nearest.js';
import { knownKeys } from '../plan/keys/known-keys.js';
import { type Location, type Problem, ProblemsError } from '../problems.js';
import { withoutWarnings } from './compose-warnings.js';
import type { ProjectOptions } from './engine.js';

interface Rule {
  readonly pattern: RegExp;
  readonly problem: (match: RegExpExecArray) => Omit<Problem, 'severity'>;
  /** Path of the key that the message speaks of. */
  readonly path?: (match: RegExpExecArray) => readonly string[];
}

const RULES: readonly Rule[] = [
  {
    pattern: /required variable (\S+) is missing a value(?:: (.*))?/,
    problem: ([, name, text]) => ({
      code: 'COMPOSE_VARIABLE_REQUIRED',
      message: `variable "${name}" has no value, but the project requires one`,
      ...(text ? { why: text } : {}),
      fix: `set it: export ${name}=VALUE, or put ${name}=VALUE into the project's .env file`,
    }),
    path: (match) => keys(/interpolating ([^\s:]+)/.exec(match.input)?.[1]),
  },
  {
    pattern: /couldn't find env file: (.*)|env file (.*?) not found/,
    problem: ([, option, named]) => missing(`env file "${option ?? named}" does not exist`, 'the env file'),
  },
  {
    pattern: /no configuration file provided/,
    problem: () => missing('no compose file here or in a folder above', 'the compose file'),
  },
  {
    pattern: /(?:open|stat|read) (.*?): (?:no such file or directory|is a directory|permission denied)/,
    problem: ([text, path]) => missing(`"${path}" cannot be read: ${text?.split(': ').at(-1)}`, 'the file'),
  },
  {
    pattern: /invalid interpolation format for ([^\s:]+)\.\s*(?:\n|$)/,
    problem: ([, path]) =>
      invalid(`"${path}" has an expression that Compose cannot read`, 'a literal $ is written $$'),
    path: ([, path]) => keys(path),
  },
  {
    pattern: /validating (.*?): (\S*) (.*)/,
    problem: ([, , path = '', text = '']) =>
      invalid(path === '' ? text : `"${path}": ${text}`, respelt(path, text)),
    path: ([, , path, text]) => [...keys(path), ...(/'(.+)' not allowed/.exec(text ?? '')?.slice(1) ?? [])],
  },
  {
    pattern: /service "([^"]+)" (.*?)(?:: invalid compose project)?$/m,
    problem: ([, service, text]) => invalid(`service "${service}" ${text}`),
    path: ([, service]) => ['services', service ?? ''],
  },
  {
    pattern: /^services\.([^:\s]+): (.*?)(?:: invalid compose project)?$/m,
    problem: ([, service, text]) => invalid(`service "${service}": ${text}`),
    path: ([, service, text]) => ['services', service ?? '', /'(\w+)'/.exec(text ?? '')?.[1] ?? ''],
  },
];

/** `stderr` of a `docker compose` command that failed because of the project. */
export async function composeFailure(stderr: string, project: ProjectOptions): Promise<ProblemsError> {
  const message = asNamed(withoutWarnings(stderr), [...project.files, ...project.envFiles]);
  const sources = await readSources(project);
  const syntax = sources.flatMap(syntaxProblems);
  return new ProblemsError('input', syntax.length > 0 ? syntax : [describe(message, sources)]);
}

/** Compose was given absolute paths; messages shall have the user's. */
function asNamed(message: string, files: readonly string[]): string {
  return files.reduce((text, file) => text.replaceAll(resolve(file), file), message);
}

function describe(message: string, sources: readonly SourceFile[]): Problem {
  for (const rule of RULES) {
    const match = rule.pattern.exec(message);
    if (match === null) continue;
    const location = positionsIn(sources).locate(rule.path?.(match) ?? []);
    return { severity: 'error', ...rule.problem(match), ...(location === undefined ? {} : { location }) };
  }
  const location = saidPosition(message, sources);
  const text = message === '' ? 'Compose cannot read the project' : message.replace(/\s*\n\s*/g, '; ');
  return { severity: 'error', ...invalid(text), ...(location === undefined ? {} : { location }) };
}

/** Our parser names the line and column where YAML breaks; Compose often names another line, and no file. */
function syntaxProblems({ file, text }: SourceFile): Problem[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const error = [...documents].flatMap(({ errors }) => errors)[0];
  if (error === undefined) return [];
  const { line, col } = lines.linePos(error.pos[0]);
  return [
    {
      code: 'COMPOSE_NOT_YAML',
      severity: 'error',
      message: `"${file}" is not YAML: ${lowerFirst(error.message)}`,
      location: { file, line, column: col },
      fix: 'repair the file at this line; indentation is by spaces, and must line up with the keys around it',
    },
  ];
}

function saidPosition(message: string, sources: readonly SourceFile[]): Location | undefined {
  const line = Number(/\bline (\d+)/.exec(message)?.[1]);
  const named = sources.find(({ file }) => message.includes(file));
  const source = named ?? (sources.length === 1 ? sources[0] : undefined);
  return source === undefined || Number.isNaN(line) ? undefined : { file: source.file, line, column: 1 };
}

async function readSources({ files, stdin }: ProjectOptions): Promise<SourceFile[]> {
  const read = async (file: string) => ({
    file,
    text: file === '-' ? (stdin ?? '') : await readFile(file, 'utf8'),
  });
  const results = await Promise.allSettled(files.map(read));
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function missing(message: string, what: string): Omit<Problem, 'severity'> {
  return {
    code: 'COMPOSE_FILE_MISSING',
    message,
    fix: `check the path of ${what}; relative ones count from here`,
  };
}

function invalid(message: string, hint = 'correct the file as Compose asks'): Omit<Problem, 'severity'> {
  return { code: 'COMPOSE_INVALID', message, fix: `${hint}; docker compose config shows the same message` };
}

/** What to write for keys that Compose does not know. */
function respelt(path: string, text: string): string | undefined {
  const unknown = /additional propert(?:y|ies) (.*?) not allowed/.exec(text)?.[1] ?? '';
  const known = knownKeys(keys(path));
  const hints = [...unknown.matchAll(/'([^']+)'/g)].flatMap(([, key = '']) => {
    const near = nearest(key, known);
    return near === undefined ? [] : [`write "${near}" for "${key}"`];
  });
  return hints.length === 0 ? undefined : hints.join(', ');
}

function keys(path: string | undefined): string[] {
  return path === undefined ? [] : path.split('.').filter((key) => key !== '');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
