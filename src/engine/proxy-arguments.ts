/** The proxies of the Docker client's configuration, as `docker build` hands them to a build (docker/cli, `ParseProxyConfig`). */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';

const NAMES = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  ftpProxy: 'FTP_PROXY',
  noProxy: 'NO_PROXY',
  allProxy: 'ALL_PROXY',
} as const;

const CONFIG = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ proxies: v.record(v.string(), v.record(v.string(), v.unknown())) }),
);

/**
 * Build arguments that every build knows, in both spellings; they get into no image and no cache key. Values may hold
 * passwords: they are not to be shown. None where the file is absent or broken, which is for the docker command to tell.
 */
export async function proxyArguments(
  environment: NodeJS.ProcessEnv,
  endpoint: string,
): Promise<Readonly<Record<string, string>>> {
  const file = join(environment.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
  const config = v.safeParse(CONFIG, await readFile(file, 'utf8').catch(() => ''));
  if (!config.success) return {};
  const { [endpoint]: own, default: others } = config.output.proxies;
  const proxies = own ?? others ?? {};
  return Object.fromEntries(
    Object.entries(NAMES).flatMap(([key, name]) => {
      const value = proxies[key];
      if (typeof value !== 'string' || value === '') return [];
      return [name, name.toLowerCase()].map((spelling) => [spelling, value]);
    }),
  );
}
