// Tells what it was given, and asks the database whether it is there.
const { createServer } = require('node:http');
const { lookup } = require('node:dns/promises');
const { connect } = require('node:net');
const { readFileSync, writeFileSync } = require('node:fs');

process.on('SIGTERM', () => process.exit());
writeFileSync('/data/written-by-app', 'written by the app');

/** The request for TLS that every client of PostgreSQL may begin with is answered by one letter. */
function askDatabase() {
  return new Promise((resolve, reject) => {
    const socket = connect(5432, 'db', () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
    socket.once('data', (answer) => resolve(answer.toString()) ?? socket.destroy());
    socket.once('error', reject);
  });
}

createServer(async (_, response) => {
  const told = {
    conf: readFileSync('/conf/word', 'utf8'),
    old: (await lookup('old')).address,
    database: await askDatabase(),
  };
  response.end(JSON.stringify(told));
}).listen(3000);
