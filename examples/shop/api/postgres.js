// The part of the PostgreSQL protocol that the shop needs: SCRAM-SHA-256 log-in and queries with
// parameters, one at a time. https://www.postgresql.org/docs/current/protocol.html
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

export async function query(url, text, parameters = []) {
  const session = await open(new URL(url));
  try {
    return await ask(session, text, parameters);
  } finally {
    session.socket.end(message('X'));
  }
}

async function open({ hostname, port, username, password, pathname }) {
  const socket = connect({ host: hostname, port: Number(port || 5432) });
  await once(socket, 'connect');
  // A broken connection is reported by the read that waits for an answer.
  socket.on('error', () => {});
  const session = { socket, messages: messages(socket) };
  const options = ['user', username, 'database', pathname.slice(1), ''];
  socket.write(message('', int32(196608), ...options.map(text)));
  await logIn(session, decodeURIComponent(password));
  await until(session, 'Z');
  return session;
}

async function logIn(session, password) {
  const { socket } = session;
  const nonce = randomBytes(18).toString('base64');
  const first = `n=,r=${nonce}`;
  await authentication(session);
  socket.write(message('p', text('SCRAM-SHA-256'), int32(first.length + 3), Buffer.from(`n,,${first}`)));
  const challenge = String(await authentication(session));
  const [, serverNonce, salt, rounds] = challenge.match(/^r=([^,]+),s=([^,]+),i=(\d+)/);
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256');
  const key = hmac(salted, 'Client Key');
  const bare = `c=biws,r=${serverNonce}`;
  const signature = hmac(createHash('sha256').update(key).digest(), `${first},${challenge},${bare}`);
  const proof = key.map((byte, index) => byte ^ signature[index]).toString('base64');
  socket.write(message('p', Buffer.from(`${bare},p=${proof}`)));
  await authentication(session);
}

async function ask(session, sql, parameters) {
  const values = parameters.map((value) => Buffer.from(String(value)));
  const bound = values.flatMap((value) => [int32(value.length), value]);
  session.socket.write(
    Buffer.concat([
      message('P', text(''), text(sql), int16(0)),
      message('B', text(''), text(''), int16(0), int16(values.length), ...bound, int16(0)),
      message('D', Buffer.from('P'), text('')),
      message('E', text(''), int32(0)),
      message('S'),
    ]),
  );
  const answers = await until(session, 'Z');
  const columns = columnNames(answers.find(({ type }) => type === 'T')?.body);
  return answers.filter(({ type }) => type === 'D').map(({ body }) => row(columns, body));
}

async function until(session, wanted) {
  const seen = [];
  let failure;
  for (;;) {
    const answer = await next(session);
    seen.push(answer);
    if (answer.type === 'E') failure = String(answer.body).match(/\0M([^\0]*)/)[1];
    if (answer.type !== wanted) continue;
    if (failure) throw new Error(`postgres: ${failure}`);
    return seen;
  }
}

async function authentication(session) {
  const { type, body } = await next(session);
  if (type === 'E') throw new Error(`postgres: ${String(body).match(/\0M([^\0]*)/)[1]}`);
  return body.subarray(4);
}

async function next(session) {
  const { value, done } = await session.messages.next();
  if (done) throw new Error('postgres: the connection was closed');
  return value;
}

async function* messages(socket) {
  let pending = Buffer.alloc(0);
  for await (const chunk of socket) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 5 && pending.length > pending.readInt32BE(1)) {
      const end = pending.readInt32BE(1) + 1;
      yield { type: String.fromCharCode(pending[0]), body: pending.subarray(5, end) };
      pending = pending.subarray(end);
    }
  }
}

function columnNames(body) {
  const names = [];
  for (let at = 2; body && at < body.length; ) {
    const end = body.indexOf(0, at);
    names.push(body.toString('utf8', at, end));
    at = end + 19;
  }
  return names;
}

function row(columns, body) {
  let at = 2;
  const cells = columns.map((name) => {
    const length = body.readInt32BE(at);
    const start = at + 4;
    at = start + Math.max(length, 0);
    return [name, length < 0 ? null : body.toString('utf8', start, at)];
  });
  return Object.fromEntries(cells);
}

const hmac = (key, value) => createHmac('sha256', key).update(value).digest();

const text = (value) => Buffer.from(`${value}\0`);

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function message(type, ...parts) {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}
