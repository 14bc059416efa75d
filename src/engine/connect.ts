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
  v.array(
    v.object({
      Endpoints: v.object({
        docker: v.object({ Host: v.string(), SkipTLSVerify: v.nullish(v.boolean(), false) }),
      }),
      TLSMaterial: v.nullish(v.record(v.string(), v.unknown()), {}),
    }),
  ),
);

interface Endpoint {
  readonly endpoint: string;
  readonly isTls: boolean;
}

/**
 * DOCKER_HOST first, as the docker command does, else its current context. A plain socket is used directly; ssh and TLS
 * go through `docker system dial-stdio`, which knows the keys and certificates of contexts.
 */
export async function connect(environment: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Connection> {
  const host = environment.DOCKER_HOST;
  const { endpoint, isTls } = host
    ? { endpoint: host, isTls: false }
    : await contextEndpoint(environment, signal);
  const direct = isTls || looksTls(environment, endpoint) ? undefined : directOptions(endpoint);
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

/** DOCKER_TLS_VERIFY says it for DOCKER_HOST, and the port by convention. */
function looksTls(environment: NodeJS.ProcessEnv, endpoint: string): boolean {
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

/** A context speaks TLS where it has certificates, or need not see those of the Engine (docker/cli, `tlsConfig`). */
async function contextEndpoint(environment: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Endpoint> {
  const result = await runCommand('docker', ['context', 'inspect'], { environment, signal });
  const contexts = v.safeParse(CONTEXTS, result.stdout);
  const context = contexts.success ? contexts.output[0] : undefined;
  const { Host = '', SkipTLSVerify = false } = context?.Endpoints.docker ?? {};
  const isTls = SkipTLSVerify || Object.keys(context?.TLSMaterial ?? {}).length > 0;
  if (result.code === 0 && Host !== '') return { endpoint: Host, isTls };
  throw contextUnknown(result.stderr.trim() || 'docker context inspect named no host');
}
