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

/** COMPOSE_FILE of the environment or of the folder's .env, else the nearest project upwards with its override file. */
export function findComposeFiles(folder: string, environment: NodeJS.ProcessEnv): readonly string[] {
  const own = dotEnv(folder);
  const named = environment.COMPOSE_FILE ?? own.COMPOSE_FILE;
  if (named) {
    const separator = environment.COMPOSE_PATH_SEPARATOR ?? own.COMPOSE_PATH_SEPARATOR ?? delimiter;
    return named.split(separator).filter((file) => file !== '');
  }
  return nearestProject(resolve(folder), folder);
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

/** Only plain values matter here: Compose itself reads the file for everything else. */
function dotEnv(folder: string): Readonly<Record<string, string>> {
  const path = join(folder, '.env');
  if (!existsSync(path)) return {};
  const lines = readFileSync(path, 'utf8').matchAll(
    /^(COMPOSE_FILE|COMPOSE_PATH_SEPARATOR)=["']?([^"'\r\n]*)/gm,
  );
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
}
