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

export function dockerProblem(
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
