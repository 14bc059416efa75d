export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly cache: string | null;
  readonly body: unknown;
}

export async function askHttp(port: number, path: string, json?: unknown): Promise<HttpAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    signal: AbortSignal.timeout(10_000),
    ...(json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) }),
  });
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
  const deadline = Date.now() + 15_000;
  for (;;) {
    const answer = await askHttp(port, path);
    if (isWanted(answer.body)) return answer;
    if (Date.now() > deadline)
      throw new Error(`${path} never gave the wanted answer: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
