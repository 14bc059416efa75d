// Keeps notes in a volume; with --check, asks whether the running one answers.
import { readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { whoami } from './whoami.js';

const port = 3020;
const tmpfs = 0x01021994;

function scratch() {
  const { type, blocks, bsize } = statfsSync('/scratch');
  writeFileSync('/scratch/line', 'gone with the container');
  return { tmpfs: type === tmpfs, bytes: blocks * bsize, line: readFileSync('/scratch/line', 'utf8') };
}

async function answer(request) {
  const [, note] = request.url.match(/^\/notes\/([\w-]+)$/) ?? [];
  if (note && request.method === 'PUT') {
    writeFileSync(`/data/${note}`, await text(request));
    return { kept: note };
  }
  if (note) return { [note]: readFileSync(`/data/${note}`, 'utf8') };
  if (request.url === '/notes') return readdirSync('/data').sort();
  if (request.url === '/scratch') return scratch();
  if (request.url === '/whoami') return whoami();
  return { service: 'notes', node: Number(process.versions.node.split('.')[0]) };
}

function serve() {
  const server = createServer(async (request, response) => {
    const [status, body] = await answer(request).then(
      (value) => [200, value],
      (error) => [error.code === 'ENOENT' ? 404 : 500, { error: error.code ?? error.message }],
    );
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(`${JSON.stringify(body)}\n`);
  });
  server.listen(port, () => console.log(`listening on port ${port}`));
  process.on('SIGINT', () => {
    console.log('stopping');
    process.exit(0);
  });
}

if (process.argv[2] === '--check') {
  const { ok } = await fetch(`http://127.0.0.1:${port}/`);
  process.exit(ok ? 0 : 1);
} else {
  serve();
}
