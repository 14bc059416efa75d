/** What can be wrong with Docker itself: one constructor per code. */
import { ProblemsError } from '../problems.js';

const INSTALL_DOCKER = 'install Docker Engine and its command line: https://docs.docker.com/engine/install/';
const INSTALL_COMPOSE =
  'install the Compose plugin 2.40 or newer: https://docs.docker.com/compose/install/linux/';

export function commandMissing(command: string): ProblemsError {
  return dockerProblem('DOCKER_COMMAND_MISSING', `no "${command}" command on the PATH`, {
    why: 'projects are read by "docker compose", the reference implementation',
    fix: INSTALL_DOCKER,
  });
}

export function dockerUnreachable(endpoint: string, cause: string): ProblemsError {
  return dockerProblem('DOCKER_UNREACHABLE', `no Docker Engine answers at ${endpoint}`, {
    why: cause,
    fix: 'start it (systemctl start docker), or point to another one: DOCKER_HOST, or docker context use NAME',
  });
}

export function dockerForbidden(endpoint: string): ProblemsError {
  return dockerProblem('DOCKER_FORBIDDEN', `no permission to use the Docker Engine at ${endpoint}`, {
    fix: 'add your user to the group that owns the socket (usermod -aG docker NAME, then log in again), or use sudo',
  });
}

export function notAnEngine(endpoint: string, answer: string): ProblemsError {
  return dockerProblem('DOCKER_NOT_AN_ENGINE', `what answers at ${endpoint} does not speak the Engine API`, {
    why: `it said: ${excerpt(answer)}`,
    fix: 'check DOCKER_HOST, the docker context and any proxy between here and the Engine',
  });
}

export function connectionLost(endpoint: string, during: string): ProblemsError {
  return dockerProblem(
    'DOCKER_CONNECTION_LOST',
    `the Docker Engine at ${endpoint} hung up during: ${during}`,
    {
      fix: 'see whether it restarted (its log: journalctl -u docker), then run the command again',
    },
  );
}

export function diskFull(message: string): ProblemsError {
  return dockerProblem('DOCKER_DISK_FULL', "the Docker Engine's disk is full", {
    why: excerpt(message),
    fix: 'make room: docker system df shows what is used, docker builder prune and docker image prune free it',
  });
}

export function engineRefused(during: string, message: string): ProblemsError {
  return dockerProblem('DOCKER_FAILED', `the Docker Engine failed during: ${during}`, {
    why: excerpt(message),
    fix: "the Engine's log may say more: journalctl -u docker",
  });
}

export function composeMissing(): ProblemsError {
  return dockerProblem('COMPOSE_MISSING', 'the docker command has no Compose plugin', {
    why: 'projects are read by "docker compose", the reference implementation',
    fix: INSTALL_COMPOSE,
  });
}

export function composeV1(version: string): ProblemsError {
  return dockerProblem('COMPOSE_V1', `only docker-compose ${version} is installed, which is Compose v1`, {
    why: 'Compose v1 ended in 2023 and does not know the Compose Specification',
    fix: INSTALL_COMPOSE,
  });
}

export function composeTooOld(version: string): ProblemsError {
  return dockerProblem('COMPOSE_TOO_OLD', `docker compose is version ${version}; 2.40 or newer is needed`, {
    why: 'older versions alter some expressions when they print a project',
    fix: INSTALL_COMPOSE,
  });
}

export function contextUnknown(cause: string): ProblemsError {
  return dockerProblem(
    'DOCKER_CONTEXT_UNKNOWN',
    'the current docker context does not say where its Engine is',
    {
      why: cause,
      fix: 'choose a context that exists: docker context ls, docker context use NAME; or set DOCKER_HOST',
    },
  );
}

export function pushFailed(tag: string, why: string, log: readonly string[]): ProblemsError {
  return dockerProblem(
    'PUSH_FAILED',
    `"${tag}" could not be pushed`,
    {
      why,
      fix: 'log in to the registry (docker login), and check the name: --tag registry.example.com/team/shop:1.4',
    },
    log,
  );
}

export function pullFailed(reference: string, why: string): ProblemsError {
  return dockerProblem('PULL_FAILED', `"${reference}" could not be pulled`, {
    why,
    fix: 'check the name, the network and docker login',
  });
}

/** `why`: where the step has no exit code that says it. */
export function buildStepFailed(
  step: string,
  how: string,
  why: string | undefined,
  log: readonly string[],
): ProblemsError {
  return dockerProblem(
    'BUILD_FAILED',
    `build step ${JSON.stringify(step)} ${how}`,
    {
      ...(why === undefined ? {} : { why }),
      fix: 'the end of its log is below; --progress plain shows all of it',
    },
    log,
  );
}

const READ_ABOVE = 'read the lines above';

/** Each command of Compose that is run, with what to do when it fails. */
export const COMPOSE_FIXES: Readonly<Record<string, string>> = {
  build: 'repair the Dockerfile of the service; docker compose build shows the same',
  config: READ_ABOVE,
  down: READ_ABOVE,
  logs: READ_ABOVE,
  ps: READ_ABOVE,
  pull: 'check the image name, the network and docker login',
  up: 'read the lines above; what fails here would fail for docker compose up as well',
};

export function composeFailed(
  verb: string,
  how: string,
  why: string | undefined,
  log: readonly string[],
): ProblemsError {
  return dockerProblem(
    `COMPOSE_${verb.toUpperCase()}_FAILED`,
    `docker compose ${verb} ${how}`,
    { ...(why === undefined ? {} : { why }), fix: COMPOSE_FIXES[verb] ?? READ_ABOVE },
    log,
  );
}

function dockerProblem(
  code: string,
  message: string,
  rest: { readonly why?: string; readonly fix: string },
  log: readonly string[] = [],
): ProblemsError {
  return new ProblemsError('docker', [{ code, severity: 'error', message, ...rest }], log);
}

/** One line that fits a terminal; web pages lose their tags. */
function excerpt(text: string): string {
  const plain = text
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length > 300 ? `${plain.slice(0, 300)}...` : plain || '(nothing)';
}
