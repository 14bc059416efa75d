// The way in: tells who it is, asks its siblings by name, tries their ports.
import { lookup } from 'node:dns/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { whoami } from './whoami.js';

const siblings = {
  notes: 'http://notes:3020/',
  greeter: 'http://greeter:8070/',
  echo: 'http://echo:8071/',
  signer: 'http://signer:8072/',
  report: 'http://report:8090/',
};

const routes = [
  [/^\/health$/, async () => ({ status: 'ok' })],
  [/^\/whoami$/, async () => whoami()],
  [/^\/siblings$/, async () => askSiblings()],
  [/^\/reach\/([\w-]+)\/(\d+)$/, async (_, host, port) => ({ connection: await reach(host, Number(port)) })],
  [/^\/address\/([\w-]+)$/, async (_, host) => ({ address: (await lookup(host)).address })],
];

async function askSiblings() {
  const answers = Object.entries(siblings).map(async ([name, url]) => [
    name,
    await (await fetch(url)).json(),
  ]);
  return Object.fromEntries(await Promise.all(answers));
}

function reach(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3000 });
    const finish = (outcome) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.on('connect', () => finish('open'));
    socket.on('timeout', () => finish('timeout'));
    socket.on('error', (error) => finish(error.code));
  });
}

const server = createServer(async (request, response) => {
  const [pattern, answer] = routes.find(([route]) => route.test(request.url)) ?? [];
  const found = pattern ? answer(...request.url.match(pattern)) : Promise.reject(new Error('no such page'));
  const [status, body] = await found.then(
    (value) => [200, value],
    (error) => [pattern ? 502 : 404, { error: error.code ?? error.message }],
  );
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
});

server.listen(3018, () => console.log('listening on port 3018'));
process.on('SIGTERM', () => {
  console.log('stopping');
  process.exit(0);
});
