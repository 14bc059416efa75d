/** Finds out whether Docker and Compose can be used, before anything else is asked of them. */
import * as v from 'valibot';
import type { Connection } from './connect.js';
import { composeMissing, composeTooOld, composeV1, notAnEngine } from './docker-problems.js';
import { engineFailure } from './engine-failure.js';
import { getJson } from './get-json.js';
import { type CommandOptions, runCommand } from './run-command.js';

export interface DockerVersions {
  readonly engine: string;
  readonly compose: string;
  /** As in a platform: `amd64`, `arm64`. */
  readonly architecture: string;
}

const VERSION = v.object({ Version: v.string(), Arch: v.string() });
const OLDEST_COMPOSE = [2, 40] as const;

export async function checkDocker(
  connect: () => Promise<Connection>,
  options: CommandOptions,
): Promise<DockerVersions> {
  const [engine, compose] = await Promise.all([
    engineVersion(await connect(), options.signal),
    composeVersion(options),
  ]);
  return { engine: engine.Version, architecture: engine.Arch, compose };
}

async function engineVersion(
  connection: Connection,
  signal?: AbortSignal,
): Promise<v.InferOutput<typeof VERSION>> {
  const { endpoint } = connection;
  try {
    const answer = await getJson(connection, '/version', signal);
    const version = v.safeParse(VERSION, answer);
    if (version.success) return version.output;
    throw notAnEngine(endpoint, Buffer.isBuffer(answer) ? answer.toString('utf8') : JSON.stringify(answer));
  } catch (error) {
    throw engineFailure(error, endpoint, 'asking for its version', signal);
  }
}

async function composeVersion(options: CommandOptions): Promise<string> {
  const { code, stdout } = await runCommand('docker', ['compose', 'version', '--short'], options);
  const version = stdout.trim().replace(/^v/, '');
  if (code !== 0 || !/^\d+\.\d+/.test(version)) throw await noPlugin(options);
  if (isOlder(version)) throw composeTooOld(version);
  return version;
}

export function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major < OLDEST_COMPOSE[0] || (major === OLDEST_COMPOSE[0] && minor < OLDEST_COMPOSE[1]);
}

async function noPlugin(options: CommandOptions): Promise<Error> {
  const standalone = await runCommand('docker-compose', ['version', '--short'], options).catch(
    () => undefined,
  );
  const version = standalone?.stdout.trim().replace(/^v/, '') ?? '';
  return version.startsWith('1.') ? composeV1(version) : composeMissing();
}
