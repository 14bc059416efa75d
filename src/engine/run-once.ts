/** Runs one command of an image in a container that is always removed. */

import { randomBytes } from 'node:crypto';
import { interruption } from '../problems.js';
import type { Connection } from './connect.js';
import { bothOutputs } from './containers.js';
import type { ExecResult, OneShot } from './engine.js';
import { engineFailure } from './engine-failure.js';

/** Longer than any look at a container takes, so that a hanging one does not hang the caller. */
const LIMIT_SECONDS = 60;

export async function runOnce(
  { docker, endpoint }: Connection,
  request: OneShot,
  signal?: AbortSignal,
): Promise<ExecResult> {
  if (signal?.aborted) throw interruption();
  const [command = '', ...args] = request.entrypoint;
  try {
    const container = await docker.createContainer({
      name: `bundle-shared-once-${randomBytes(6).toString('hex')}`,
      Image: request.image,
      Entrypoint: [command, ...args],
      Cmd: [],
      ...(request.user === undefined ? {} : { User: request.user }),
      Healthcheck: { Test: ['NONE'] },
      NetworkDisabled: true,
      HostConfig: {
        NetworkMode: 'none',
        SecurityOpt: [...(request.securityOptions ?? [])],
        CapAdd: [...(request.capabilities ?? [])],
        Mounts: Object.entries(request.folders ?? {}).map(([Target, Source]) => ({
          Type: 'bind',
          Source,
          Target,
        })),
      },
    });
    const end = () => void container.kill().catch(() => undefined);
    const timer = setTimeout(end, LIMIT_SECONDS * 1000);
    signal?.addEventListener('abort', end, { once: true });
    try {
      const stream = await container.attach({ stream: true, stdout: true, stderr: true });
      const outputs = bothOutputs(docker, stream);
      await container.start();
      const { StatusCode } = (await container.wait()) as { readonly StatusCode: number };
      return { code: StatusCode, ...(await outputs) };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      await container.remove({ force: true, v: true });
    }
  } catch (error) {
    throw signal?.aborted ? interruption() : engineFailure(error, endpoint, `running ${command}`);
  }
}
