/** Which compose files a project is made of when none is named: the rules of `docker compose`. */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

/** In order of preference (Compose: DefaultFileNames, DefaultOverrideFileNames). */
const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

export interface Found {
  readonly files: readonly string[];
  /** A later one wins; none where Compose finds the `.env` of the project's folder by itself. */
  readonly envFiles: readonly string[];
}

interface Place {
  /** What `--project-directory` says, if anything. */
  readonly projectDirectory?: string | undefined;
  /** Those of `--env-file`, in place of `.env`. */
  readonly envFiles: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** What Compose makes of texts with expressions in a folder with these env files. */
  readonly valuesOf: (
    texts: readonly string[],
    folder: string,
    envFiles: readonly string[],
  ) => Promise<readonly string[]>;
}

/** COMPOSE_FILE of the environment or of an env file, else the nearest project upwards with its override file. */
export async function findComposeFiles(place: Place): Promise<Found> {
  const { projectDirectory, environment } = place;
  const folder = projectDirectory ?? '.';
  const given = givenEnvFiles(place);
  const own = given.length > 0 ? given : dotEnv(folder, environment);
  const named = environment.COMPOSE_FILE ?? (await fromFiles('COMPOSE_FILE', own, place));
  const files = named ? await split(named, own, place) : nearestProject(resolve(folder), folder);
  const isFixed = given.length > 0 || projectDirectory !== undefined;
  return { files, envFiles: isFixed ? given : withOuter(own, files[0], environment) };
}

async function split(named: string, envFiles: readonly string[], place: Place): Promise<readonly string[]> {
  const name = 'COMPOSE_PATH_SEPARATOR';
  const separator = place.environment[name] ?? (await fromFiles(name, envFiles, place));
  return named.split(separator || delimiter).filter((file) => file !== '');
}

/** `--env-file`, else COMPOSE_ENV_FILES (Compose: ComposeEnvFiles). */
export function givenEnvFiles({ envFiles, environment }: Pick<Place, 'envFiles' | 'environment'>) {
  if (envFiles.length > 0) return envFiles;
  return (environment.COMPOSE_ENV_FILES ?? '').split(',').filter((file) => file !== '');
}

/**
 * Where the project is found elsewhere, Compose has read the `.env` of the first folder, and reads the project's own
 * after it: what it knows already stays (compose-go, WithDotEnv).
 */
function withOuter(
  own: readonly string[],
  first: string | undefined,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  if (own.length === 0 || first === undefined || first === '-') return [];
  const inner = dotEnv(dirname(resolve(first)), environment);
  return inner.some((file) => own.includes(file)) ? [] : [...inner, ...own];
}

function nearestProject(start: string, folder: string): readonly string[] {
  for (let at = start; ; at = dirname(at)) {
    const first = NAMES.find((name) => existsSync(join(at, name)));
    if (first !== undefined) {
      const override = OVERRIDES.find((name) => existsSync(join(at, name)));
      const path = (name: string) => (at === start ? join(folder, name) : join(at, name));
      return [first, ...(override === undefined ? [] : [override])].map(path);
    }
    if (at === dirname(at)) return [];
  }
}

function dotEnv(folder: string, environment: NodeJS.ProcessEnv): readonly string[] {
  const path = resolve(folder, '.env');
  const isRead = !/^(?:1|t|true)$/i.test(environment.COMPOSE_DISABLE_ENV_FILE ?? '');
  return isRead && existsSync(path) ? [path] : [];
}

/** Compose itself is asked only where an env file has the name at all: one that is not there is for it to name. */
async function fromFiles(name: string, envFiles: readonly string[], place: Place): Promise<string> {
  const isIn = (file: string) => existsSync(file) && readFileSync(file, 'utf8').includes(name);
  if (!envFiles.some(isIn)) return '';
  const [value = ''] = await place.valuesOf([`\${${name}-}`], place.projectDirectory ?? '.', envFiles);
  return value;
}
