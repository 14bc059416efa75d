import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '../docker.js';

/** Sends lines to a server that answers each with a line and ends after "quit". One that begins to run may not listen yet. */
export function askLines(port: number, lines: readonly string[]): Promise<string[]> {
  return eventually(`an answer on port ${port}`, async () => {
    const answer = await said(port, lines).catch(() => '');
    return answer === '' ? undefined : answer.trimEnd().split('\n');
  });
}

async function said(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(60_000, () => socket.destroy(new Error(`port ${port} gave no answer within a minute`)));
  await once(socket, 'connect');
  socket.write([...lines, 'quit', ''].join('\n'));
  return text(socket);
}
