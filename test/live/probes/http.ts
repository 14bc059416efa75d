import { eventually } from '../docker.js';

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly cache: string | null;
  readonly body: unknown;
}

/** What an URL answers: one that only just began to run may not listen yet, or have a proxy of the Engine's before it. */
export function answerOf(url: string, options: RequestInit = {}): Promise<Response> {
  return eventually(`an answer of ${url}`, () =>
    fetch(url, { ...options, signal: AbortSignal.timeout(60_000) }).catch(() => undefined),
  );
}

export async function askHttp(port: number, path: string, json?: unknown): Promise<HttpAnswer> {
  const url = `http://127.0.0.1:${port}${path}`;
  const post = { method: 'POST', body: JSON.stringify(json), signal: AbortSignal.timeout(60_000) };
  const response = await (json === undefined ? answerOf(url) : fetch(url, post));
  const contentType = response.headers.get('content-type');
  return {
    status: response.status,
    contentType,
    cache: response.headers.get('x-cache'),
    body: contentType === 'application/json' ? await response.json() : await response.text(),
  };
}

/** Asks again until the answer is the wanted one, for things that another process completes. */
export async function askHttpUntil(
  port: number,
  path: string,
  isWanted: (body: unknown) => boolean,
): Promise<HttpAnswer> {
  let last: unknown;
  return eventually(`the wanted answer of ${path}`, async () => {
    const answer = await askHttp(port, path);
    last = answer;
    return isWanted(answer.body) ? answer : undefined;
  }).catch((cause: unknown) => {
    throw new Error(`${String(cause)}: ${JSON.stringify(last)}`, { cause });
  });
}
