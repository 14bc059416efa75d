import Docker from 'dockerode';
import * as v from 'valibot';
import { dialStdioAgent } from './dial-stdio-agent.js';
import { contextUnknown } from './docker-problems.js';
import { runCommand } from './run-command.js';

export interface Connection {
  readonly docker: Docker;
  /** As messages name it. */
  readonly endpoint: string;
}

const CONTEXTS = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.object({ Endpoints: v.object({ docker: v.object({ Host: v.string() }) }) })),
);

/**
 * DOCKER_HOST first, as the docker command does, else its current context. A plain socket is used directly; ssh and TLS
 * go through `docker system dial-stdio`, which knows the keys and certificates of contexts.
 */
export async function connect(environment: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Connection> {
  const endpoint = environment.DOCKER_HOST || (await contextEndpoint(environment, signal));
  const direct = isTls(environment, endpoint) ? undefined : directOptions(endpoint);
  const docker = direct === undefined ? throughDialStdio(environment) : new Docker(direct);
  return { docker, endpoint };
}

/** Options of dockerode for what needs no help; undefined for the rest. */
export function directOptions(endpoint: string): Docker.DockerOptions | undefined {
  const unix = /^unix:\/\/(.+)$/.exec(endpoint)?.[1];
  if (unix !== undefined) return { socketPath: unix };
  const tcp = /^(?:tcp|http):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?(\/.*)?$/.exec(endpoint);
  if (tcp === null) return undefined;
  return { host: `http://${tcp[1]}`, port: Number(tcp[2] ?? 2375), protocol: 'http' };
}

/** A context with certificates has port 2376 by convention; DOCKER_TLS_VERIFY says it for DOCKER_HOST. */
function isTls(environment: NodeJS.ProcessEnv, endpoint: string): boolean {
  return Boolean(environment.DOCKER_TLS_VERIFY) || endpoint.startsWith('https:') || /:2376\b/.test(endpoint);
}

function throughDialStdio(environment: NodeJS.ProcessEnv): Docker {
  // dockerode passes `agent` on, but its types do not know it.
  const options = {
    host: 'http://docker.invalid',
    port: 80,
    protocol: 'http',
    agent: dialStdioAgent(environment),
  } as const;
  return new Docker(options);
}

async function contextEndpoint(environment: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<string> {
  const result = await runCommand('docker', ['context', 'inspect'], { environment, signal });
  const contexts = v.safeParse(CONTEXTS, result.stdout);
  const host = contexts.success ? contexts.output[0]?.Endpoints.docker.Host : undefined;
  if (result.code === 0 && host) return host;
  throw contextUnknown(result.stderr.trim() || 'docker context inspect named no host');
}
