/** Builds an image with BuildKit through the Engine API. A tag moves only after the whole build succeeded. */

import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { interruption } from '../problems.js';
import { packContext } from './build-context.js';
import type { Connection } from './connect.js';
import type { BuildRequest, BuiltImage } from './engine.js';
import { engineFailure, statusOf } from './engine-failure.js';
import { readBuildStream } from './read-build-stream.js';
import { tagImage, type Undo } from './tag-image.js';

/** `proxies`: build arguments that leave no trace in the image. */
export async function buildImage(
  connection: Connection,
  request: BuildRequest,
  proxies: Readonly<Record<string, string>> = {},
): Promise<BuiltImage> {
  if (request.signal.aborted) throw interruption();
  const context = await packContext(request.files);
  const buildId = `bundle-shared-${randomBytes(8).toString('hex')}`;
  const cancel = () => cancelBuild(connection, buildId);
  request.signal.addEventListener('abort', cancel, { once: true });
  try {
    const id = await runBuild(
      connection,
      request,
      { ...buildOptions(request, proxies), buildid: buildId },
      context,
    );
    return await tagBuilt(connection, request, id);
  } catch (error) {
    throw request.signal.aborted ? interruption() : engineFailure(error, connection.endpoint, 'the build');
  } finally {
    request.signal.removeEventListener('abort', cancel);
  }
}

async function tagBuilt(
  connection: Connection,
  { tags, signal }: BuildRequest,
  id: string,
): Promise<BuiltImage> {
  try {
    if (signal.aborted) throw interruption();
    const untag = await tagImage(connection, id, tags);
    return { id, undo: () => undoBuild(connection, id, untag) };
  } catch (error) {
    await removeUnnamed(connection, id).catch(() => undefined);
    throw error;
  }
}

async function undoBuild(connection: Connection, id: string, untag: Undo): Promise<void> {
  try {
    await untag();
    await removeUnnamed(connection, id);
  } catch (error) {
    throw engineFailure(error, connection.endpoint, 'taking the build back');
  }
}

/** An image that still has a name, or a container, was there before and stays. */
async function removeUnnamed({ docker }: Connection, id: string): Promise<void> {
  try {
    const { RepoTags } = await docker.getImage(id).inspect();
    if ((RepoTags ?? []).length === 0) await docker.getImage(id).remove();
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  }
}

async function runBuild(
  connection: Connection,
  request: BuildRequest,
  options: Readonly<Record<string, string>>,
  context: Buffer,
): Promise<string> {
  const stream = await openBuild(connection, request, options, context);
  const hangUp = () => stream.destroy();
  request.signal.addEventListener('abort', hangUp, { once: true });
  try {
    return await readBuildStream(stream, connection.endpoint, request.onEvent);
  } finally {
    request.signal.removeEventListener('abort', hangUp);
    stream.destroy();
  }
}

function buildOptions({ platform }: BuildRequest, proxies: Readonly<Record<string, string>>) {
  return {
    version: '2',
    dockerfile: 'Dockerfile',
    networkmode: 'default',
    ...(platform === undefined ? {} : { platform }),
    ...(Object.keys(proxies).length === 0 ? {} : { buildargs: JSON.stringify(proxies) }),
  };
}

/**
 * Not dockerode's buildImage: that opens a session, which only builds from private registries need, and all sources are
 * in the Engine's store by now.
 */
function openBuild(
  { docker }: Connection,
  request: BuildRequest,
  options: Readonly<Record<string, string>>,
  context: Buffer,
): Promise<Readable> {
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: '/build?',
        method: 'POST',
        options,
        file: context,
        isStream: true,
        statusCodes: { 200: true, 500: 'server error' },
        abortSignal: request.signal,
      },
      (error: unknown, stream: unknown) => (error ? reject(error) : resolve(stream as Readable)),
    );
  });
}

/** The closed connection ends the build as well; this makes sure where a proxy keeps it open. */
function cancelBuild({ docker }: Connection, buildId: string): void {
  docker.modem.dial(
    {
      path: `/build/cancel?id=${buildId}&`,
      method: 'POST',
      options: {},
      statusCodes: { 200: true, 204: true, 500: 'server error' },
    },
    () => undefined,
  );
}
