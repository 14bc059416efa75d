import { createClient } from 'redis';

export type RespAnswer = { readonly reply: unknown } | { readonly refused: string };

export async function askResp(
  port: number,
  password: string | undefined,
  commands: readonly (readonly string[])[],
): Promise<RespAnswer[]> {
  const client = createClient({
    socket: { host: '127.0.0.1', port, connectTimeout: 60_000, reconnectStrategy: false },
    disableClientInfo: true,
    ...(password === undefined ? {} : { password }),
  });
  client.on('error', () => {
    // Every failure also rejects the call that met it.
  });
  try {
    await client.connect();
    const answers: RespAnswer[] = [];
    for (const words of commands) {
      answers.push(await client.sendCommand([...words]).then((reply) => ({ reply }), refusal));
    }
    return answers;
  } catch (error) {
    return [refusal(error)];
  } finally {
    if (client.isOpen) client.destroy();
  }
}

function refusal(error: unknown): RespAnswer {
  if (!(error instanceof Error)) throw error;
  return { refused: error.message };
}
