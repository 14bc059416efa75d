import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Sends lines to a server that answers each with a line and ends after "quit". */
export async function askLines(port: number, lines: readonly string[]): Promise<string[]> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(10_000, () => socket.destroy(new Error(`port ${port} gave no answer within 10 s`)));
  await once(socket, 'connect');
  socket.write([...lines, 'quit', ''].join('\n'));
  return (await text(socket)).trimEnd().split('\n');
}
