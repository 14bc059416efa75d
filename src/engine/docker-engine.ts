/** The Engine of this machine's docker command. */
import { buildImage } from './build-image.js';
import { checkDocker } from './check-docker.js';
import { composeConfig } from './compose-config.js';
import { composeBuild, composePull, composeRun } from './compose-run.js';
import { type Connection, connect } from './connect.js';
import { execInContainer, inspectContainer } from './containers.js';
import type { Engine } from './engine.js';
import { imageId, imageLabels, inspectImage } from './inspect-image.js';
import { proxyArguments } from './proxy-arguments.js';
import { pullImage, pushImage } from './push-image.js';
import { runOnce } from './run-once.js';

export interface EngineOptions {
  /** Ends what has no signal of its own: version checks, `docker compose config`, image inspection. */
  readonly signal?: AbortSignal | undefined;
  /** Where DOCKER_HOST, DOCKER_CONTEXT and DOCKER_CONFIG come from. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** Nothing is asked of Docker before the first call of a method. */
export function dockerEngine({ signal, environment = process.env }: EngineOptions = {}): Engine {
  let opened: Promise<Connection> | undefined;
  const connection = () => {
    opened ??= connect(environment, signal);
    return opened;
  };
  const run = { signal, environment };
  return {
    check: () => checkDocker(connection, run),
    composeConfig: (project) => composeConfig(project, run),
    composeBuild: (project, services, build) => composeBuild(project, services, { ...build, environment }),
    composePull: (project, services, pull) => composePull(project, services, { ...pull, environment }),
    composeRun: (project, args, compose) => composeRun(project, args, { ...compose, environment }),
    inspectImage: async (reference, paths, commands, folders) =>
      inspectImage(await connection(), reference, paths, commands, folders, signal),
    build: async (request) => {
      const opened = await connection();
      return buildImage(opened, request, await proxyArguments(environment, opened.endpoint));
    },
    runOnce: async (request) => runOnce(await connection(), request, request.signal ?? signal),
    imageId: async (reference) => imageId(await connection(), reference, signal),
    push: (tag, onLine, pushSignal) => pushImage(tag, { onLine, signal: pushSignal, environment }),
    pull: (reference, platform, pull) => pullImage(reference, platform, { ...pull, environment }),
    imageLabels: async (reference) => imageLabels(await connection(), reference, signal),
    exec: async (container, command) => execInContainer(await connection(), container, command, signal),
    inspectContainer: async (container) => inspectContainer(await connection(), container, signal),
  };
}
