import { askHttp } from './http.js';
import { askLines } from './lines.js';
import { askMqtt } from './mqtt.js';

export interface MixedPorts {
  readonly legacy: number;
  readonly modern: number;
  readonly musl: number;
  readonly echo: number;
  readonly token: number;
  readonly jvm: number;
  readonly broker: number;
}

/** As in examples/mixed/.env. */
export const mixedPorts: MixedPorts = {
  legacy: 18401,
  modern: 18402,
  musl: 18403,
  echo: 18404,
  token: 18405,
  jvm: 18406,
  broker: 18483,
};

const login = { username: 'sensor', password: 'example-mqtt-password' };

/** Everything that a user of examples/mixed can see of it, given fresh volumes; the same each time. */
export async function askMixed(ports: MixedPorts): Promise<Record<string, unknown>> {
  return {
    legacy: await askNode(ports.legacy),
    modern: await askNode(ports.modern),
    names: await askNames(ports),
    scratch: await askScratch(ports),
    musl: await askLines(ports.musl, [
      'who',
      'ls /lib/ld-musl-x86_64.so.1',
      'ls /usr',
      'ls /state/started',
      'env PATH',
    ]),
    echo: await askLines(ports.echo, ['who', 'a line: ünïcödé', 'ls /bin/sh', 'ls /etc/passwd', 'env TOKEN']),
    token: await askLines(ports.token, ['who', 'env TOKEN', 'env HOME', 'env PATH', 'ls /etc/passwd']),
    jvm: await askHttp(ports.jvm, '/'),
    broker: await askBroker(ports.broker),
  };
}

const askNode = async (port: number): Promise<unknown[]> => [
  await askHttp(port, '/'),
  await askHttp(port, '/absent'),
];

/** Who reaches whom by name: a listener on the loopback interface stays hidden from siblings. */
async function askNames({ legacy, modern }: MixedPorts): Promise<Record<string, unknown>> {
  return {
    sibling: await dial(modern, 'legacy', 4001),
    alias: await dial(legacy, 'broker.internal', 1883),
    itself: await dial(legacy, 'legacy', 4001),
    loopbackOnly: await dial(legacy, 'private', 4007),
    closedPort: await dial(legacy, 'token', 4999),
    unknown: await dial(legacy, 'no-such-service', 80),
  };
}

const dial = async (port: number, host: string, target: number): Promise<unknown> =>
  (await askHttp(port, `/dial?host=${host}&port=${target}`)).body;

/** A tmpfs of one MiB in "legacy"; no such folder in "modern"; roots and their users' rights. */
async function askScratch({ legacy, modern }: MixedPorts): Promise<Record<string, unknown>> {
  return {
    fits: await write(legacy, '/scratch/small', 500_000),
    tooLarge: await write(legacy, '/scratch/large', 5_000_000),
    absent: await write(modern, '/scratch/small', 1),
    notAllowed: await write(legacy, '/etc/written', 1),
    home: await write(legacy, '/home/app/written', 1),
    otherHome: await write(modern, '/home/app/written', 1),
  };
}

const write = async (port: number, file: string, bytes: number): Promise<unknown> =>
  (await askHttp(port, `/write?file=${file}&bytes=${bytes}`)).body;

async function askBroker(port: number): Promise<Record<string, unknown>> {
  return {
    message: await askMqtt(port, login, 'grüße'),
    wrongPassword: await askMqtt(port, { ...login, password: 'wrong' }, 'x'),
    anonymous: await askMqtt(port, undefined, 'x'),
  };
}
