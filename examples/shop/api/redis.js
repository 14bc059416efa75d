// The part of the Redis protocol (RESP2) that the shop needs: one command per connection.
import { connect } from 'node:net';

export function command(url, ...words) {
  const { hostname, port, password } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 6379) });
    let answer = Buffer.alloc(0);
    const finish = (settle, value) => {
      socket.destroy();
      settle(value);
    };
    socket.on('error', (error) => finish(reject, error));
    socket.on('close', () => reject(new Error('redis: the connection was closed')));
    socket.on('connect', () => socket.write(encode(['AUTH', decodeURIComponent(password)]) + encode(words)));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      const login = decode(answer, 0);
      const reply = login && decode(answer, login.end);
      const failure = login?.error ?? reply?.error;
      if (failure) finish(reject, new Error(`redis: ${failure}`));
      else if (reply) finish(resolve, reply.value);
    });
  });
}

const encode = (words) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

// One reply that starts at `at`, or undefined while it is incomplete.
function decode(bytes, at) {
  const eol = bytes.indexOf('\r\n', at);
  if (eol < 0) return undefined;
  const line = bytes.toString('utf8', at + 1, eol);
  const after = eol + 2;
  const kind = String.fromCharCode(bytes[at]);
  if (kind === '-') return { error: line, end: after };
  if (kind === '$') return bulk(bytes, after, Number(line));
  if (kind === '*') return list(bytes, after, Number(line));
  return { value: kind === ':' ? Number(line) : line, end: after };
}

function bulk(bytes, start, length) {
  if (length < 0) return { value: null, end: start };
  const end = start + length;
  return bytes.length < end + 2 ? undefined : { value: bytes.toString('utf8', start, end), end: end + 2 };
}

function list(bytes, start, count) {
  const value = [];
  let end = start;
  for (let index = 0; index < count; index += 1) {
    const item = decode(bytes, end);
    if (!item) return undefined;
    value.push(item.value);
    end = item.end;
  }
  return { value: count < 0 ? null : value, end };
}
