// Tells what it is, and tries what it is asked to try.
const { readFileSync, statfsSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { connect } = require('node:net');
const { userInfo } = require('node:os');

const routes = {
  '/': () => ({
    greeting: process.env.GREETING,
    version: readFileSync('/app/VERSION', 'utf8').trim(),
    node: process.versions.node.split('.')[0],
    executable: process.execPath,
    glibc: process.report.getReport().header.glibcVersionRuntime,
    user: userInfo().username,
    uid: process.getuid(),
    pid: process.pid,
    environment: Object.keys(process.env).sort(),
  }),
  '/dial': (query) => dial(query.get('host'), Number(query.get('port'))),
  '/write': (query) => write(query.get('file'), Number(query.get('bytes'))),
};

// Writes so many bytes, and says how that ended.
function write(file, bytes) {
  try {
    writeFileSync(file, Buffer.alloc(bytes));
    return { written: bytes, kind: statfsSync(file).type.toString(16) };
  } catch (error) {
    return { error: error.code };
  }
}

function dial(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3000 });
    const finish = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => finish({ connected: true }));
    socket.on('timeout', () => finish({ error: 'ETIMEDOUT' }));
    socket.on('error', (error) => finish({ error: error.code }));
  });
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const route = routes[pathname];
  response.writeHead(route ? 200 : 404, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(route ? await route(searchParams) : { error: 'no such page' }));
});

server.listen(Number(process.argv[2]), () => console.log(`listening on port ${process.argv[2]}`));
process.on('SIGTERM', () => process.exit(0));
