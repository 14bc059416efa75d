/** An HTTP agent whose connections are `docker system dial-stdio` processes: ssh and TLS as the docker command does them. */
import { spawn } from 'node:child_process';
import http from 'node:http';
import { Duplex } from 'node:stream';

export function dialStdioAgent(environment: NodeJS.ProcessEnv): http.Agent {
  const agent = new http.Agent({ keepAlive: false });
  // Node calls this for each new connection; any Duplex will do, although the type asks for a socket.
  Object.assign(agent, { createConnection: () => dialStdio(environment) });
  return agent;
}

function dialStdio(environment: NodeJS.ProcessEnv): Duplex {
  // In our own process group, so that ssh can ask for a passphrase on the terminal.
  const child = spawn('docker', ['system', 'dial-stdio'], {
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const connection = new Duplex({
    read: () => child.stdout.resume(),
    // A broken pipe is told by `close` below, with the reason.
    write: (chunk, _encoding, done) => child.stdin.write(chunk, () => done()),
    final: (done) => child.stdin.end(() => done()),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-1000);
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (!connection.push(chunk)) child.stdout.pause();
  });
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => connection.destroy(error));
  // Not at the end of its output: only now is it known whether, and why, it failed.
  child.on('close', (code) => {
    if (code)
      connection.destroy(unreachable(complaint.trim() || `docker system dial-stdio ended with code ${code}`));
    else connection.push(null);
  });
  return connection;
}

function unreachable(message: string): Error {
  return Object.assign(new Error(message), { code: 'ECONNREFUSED' });
}
