/** Looks at running containers and runs commands in them. */
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '../compose/project.js';
import type { Connection } from './connect.js';
import type { ExecResult } from './engine.js';
import { engineFailure, statusOf } from './engine-failure.js';

export async function execInContainer(
  { docker, endpoint }: Connection,
  container: string,
  command: readonly string[],
  signal?: AbortSignal,
): Promise<ExecResult> {
  const abort = signal === undefined ? {} : { abortSignal: signal };
  try {
    const exec = await docker
      .getContainer(container)
      .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, ...abort });
    const outputs = await bothOutputs(docker, await exec.start({ ...abort }));
    const { ExitCode } = await exec.inspect({ ...abort });
    return { code: ExitCode ?? 1, ...outputs };
  } catch (error) {
    throw engineFailure(error, endpoint, `running ${command[0]} in container ${container}`, signal);
  }
}

/** The two channels that the Engine sends through one stream. */
export async function bothOutputs(
  docker: Connection['docker'],
  stream: NodeJS.ReadableStream,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  docker.modem.demuxStream(stream, stdout, stderr);
  stream.on('end', () => {
    stdout.end();
    stderr.end();
  });
  stream.on('error', (error) => {
    stdout.destroy(error);
    stderr.destroy(error);
  });
  const [out, err] = await Promise.all([text(stdout), text(stderr)]);
  return { stdout: out, stderr: err };
}

export async function inspectContainer(
  { docker, endpoint }: Connection,
  container: string,
  signal?: AbortSignal,
): Promise<JsonObject | undefined> {
  try {
    const abort = signal === undefined ? {} : { abortSignal: signal };
    const answer: unknown = await docker.getContainer(container).inspect(abort);
    return answer as JsonObject;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw engineFailure(error, endpoint, `inspecting container ${container}`, signal);
  }
}
