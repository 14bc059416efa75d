/** A question to the Engine that an interruption ends; dockerode lets it end neither that for an image nor for the version. */
import type { Connection } from './connect.js';

/** Rejects with what docker-modem makes of any other status than 200. */
export function getJson({ docker }: Connection, path: string, signal?: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path,
        method: 'GET',
        options: {},
        statusCodes: { 200: true, 404: 'not found', 500: 'server error' },
        ...(signal === undefined ? {} : { abortSignal: signal }),
      },
      (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer)),
    );
  });
}
