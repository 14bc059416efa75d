/**
 * Arguments, variables, users and directories: from a compose file through the real Compose, the plan, the written
 * files, Compose again and the runtime to the program. What Compose makes of the original is what must arrive.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBundle } from '../../../src/bundle.js';
import type { BundleResult } from '../../../src/bundle-options.js';
import { asObject, asText, asTexts } from '../../../src/compose/json.js';
import type { JsonObject } from '../../../src/compose/project.js';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import type { ImageFacts } from '../../../src/images/image-facts.js';
import { completeFacts } from '../../fixture.js';
import { discardFolders, temporaryFolder } from '../bundles.js';
import { docker } from '../docker.js';
import { randomServices, serviceName, writeProject } from './random-services.js';

/** Services of one project. */
const BATCH = 500;
/** Of each kind; `npm run soak` tries what is to be tried before a release. */
const [OFFLINE, RUN] = process.env.SOAK === '1' ? [10_000, 300] : [BATCH, 40];
/** More than an image can have layers. */
const MEMBERS = 150;

const IMAGE = 'bundle-shared-test-round-trips/tell:1';
const PROJECT = 'bundle-shared-test-round-trips';
/** Of the image. */
const CONFIG = {
  entrypoint: ['/tell', 'of image'],
  cmd: ['/tell', '$of', 'image'],
  env: ['OF_IMAGE=kept ', 'EMPTY='],
  user: 'teller',
  workingDir: '/in/the image',
};

beforeAll(async () => {
  await docker(['build', '--quiet', '--tag', IMAGE, 'test/live/round-trips/image'], { timeoutMs: 300_000 });
});

afterAll(async () => {
  discardFolders();
  await docker(['image', 'rm', '--force', IMAGE, `${PROJECT}-bundle:latest`]);
});

interface Given {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: string;
}

interface Made {
  readonly wanted: Readonly<Record<string, Given>>;
  readonly result: BundleResult;
  readonly env: Readonly<Record<string, string>>;
}

async function make(count: number, seed: number, build: boolean): Promise<Made> {
  const folder = temporaryFolder();
  const { text, env } = writeProject(randomServices(count, seed), IMAGE);
  const file = join(folder, 'compose.yaml');
  writeFileSync(file, text);
  const original = await configOf(file, env);
  const real = dockerEngine({ environment: { ...process.env, ...env } });
  const facts = completeFacts(IMAGE, { config: CONFIG as unknown as ImageFacts['config'] });
  const engine = build ? real : { ...real, inspectImage: async () => facts };
  const options = { files: [file], output: join(folder, 'bundle'), projectName: PROJECT, build };
  const result = await makeBundle(engine, options);
  const services = Object.entries(asObject(original.services));
  expect(services.length).toBe(count);
  return {
    result,
    env,
    wanted: Object.fromEntries(services.map(([name, service]) => [name, givenTo(asObject(service))])),
  };
}

/** JSON, so that no YAML parser of ours stands between. */
async function configOf(file: string, env: Readonly<Record<string, string>>): Promise<JsonObject> {
  const { stdout } = await docker(['compose', '-f', file, '-p', PROJECT, 'config', '--format', 'json'], {
    env,
  });
  return JSON.parse(stdout.replaceAll('$$', '$'));
}

/** The Engine's own rules, of an image with these variables. */
function givenTo(service: JsonObject): Given {
  const entrypoint = asTexts(service.entrypoint);
  const keepsImage = service.entrypoint === null || service.entrypoint === undefined;
  const command = asTexts(service.command);
  const commandOfImage = entrypoint.length > 0 ? [] : CONFIG.cmd;
  const own = Object.entries(asObject(service.environment)).map(([name, value]) => [
    name,
    asText(value) ?? '',
  ]);
  return {
    args: [
      ...(keepsImage ? CONFIG.entrypoint : entrypoint),
      ...(command.length > 0 ? command : commandOfImage),
    ],
    env: { PATH, OF_IMAGE: 'kept ', EMPTY: '', ...Object.fromEntries(own) },
    cwd: asText(service.working_dir) || CONFIG.workingDir,
    user: asText(service.user) || CONFIG.user,
  };
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

it.each(Array.from({ length: Math.ceil(OFFLINE / BATCH) }, (_, batch) => batch))(
  'every program is handed what its own container handed it: batch %i of 500',
  async (batch) => {
    const { wanted, result, env } = await make(BATCH, 20_261_124 + batch, false);
    const bundle = asObject((await configOf(join(result.output, 'compose.yaml'), env)).services).bundle;
    const members = readdirSync(join(result.output, 'members'));
    const launches = members.map((name) =>
      JSON.parse(readFileSync(join(result.output, 'members', name, 'launch.json'), 'utf8')),
    );
    const { stdout, stderr, status } = spawnSync('python3', ['-I', 'test/live/round-trips/round-trip.py'], {
      input: JSON.stringify({ container: asObject(bundle).environment, launches }),
      maxBuffer: 1 << 30,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(wanted);
  },
);

/** What a member told: bytes as hexadecimal digits. */
function readTold(line: string): Omit<Given, 'user'> & { readonly user: string } {
  const [, args = '', env = '', cwd = '', user = ''] =
    / args=(\S*) env=(\S*) cwd=(\S*) user=(.*)/.exec(line) ?? [];
  const texts = (list: string) =>
    list
      .split(',')
      .slice(0, -1)
      .map((hex) => Buffer.from(hex, 'hex').toString());
  const own = texts(env).filter((entry) => !entry.startsWith('HOSTNAME='));
  const entries = own.map((entry) => {
    const at = entry.indexOf('=');
    return [entry.slice(0, at), entry.slice(at + 1)] as const;
  });
  return { args: texts(args), env: Object.fromEntries(entries), cwd: texts(cwd)[0] ?? '', user };
}

/** The Engine's rules for what a user is called, by the image's own files. */
const USERS: Readonly<Record<string, { readonly told: string; readonly home: string }>> = {
  '': { told: '0:0 groups=0,', home: '/root' },
  '0': { told: '0:0 groups=0,', home: '/root' },
  root: { told: '0:0 groups=0,', home: '/root' },
  '1000': { told: '1000:0 groups=0,', home: '/' },
  '1000:1000': { told: '1000:1000 groups=1000,', home: '/' },
  '1234:0': { told: '1234:0 groups=0,', home: '/home/of teller' },
  teller: { told: '1234:56 groups=56,77,', home: '/home/of teller' },
  'teller:tellers': { told: '1234:56 groups=56,', home: '/home/of teller' },
  '77:others': { told: '77:77 groups=77,', home: '/' },
  ':56': { told: '0:56 groups=56,', home: '/root' },
};

it.each(Array.from({ length: Math.ceil(RUN / MEMBERS) }, (_, round) => round))(
  'every program in a running bundle finds what its own container gave it: round %i',
  async (round) => {
    const count = Math.min(MEMBERS, RUN - round * MEMBERS);
    const { wanted, result, env } = await make(count, 7 + round, true);
    const flags = ['compose', '-f', join(result.output, 'compose.yaml'), '-p', PROJECT];
    try {
      await docker([...flags, 'up', '--detach'], { env });
      await docker(['wait', `${PROJECT}-bundle-1`]);
      const { stdout } = await docker(['logs', `${PROJECT}-bundle-1`]);
      const told = [...stdout.matchAll(/^(\S+) +\| told(.*)$/gm)].map(([, name, line]) => [
        name,
        readTold(line ?? ''),
      ]);
      // Without the image's entrypoint a command may begin with anything.
      const runnable = Object.entries(wanted).filter(([, { args }]) => args[0] === '/tell');
      expect(runnable.length).toBeGreaterThan(count * 0.8);
      expect(Object.fromEntries(told)).toEqual(
        Object.fromEntries(runnable.map(([name, given]) => [name, inContainer(given)])),
      );
    } finally {
      await docker([...flags, 'down', '--volumes', '--timeout', '1'], { env });
    }
  },
);

/** An empty HOME counts as none. */
function inContainer(given: Given): Given {
  const { told, home } = USERS[given.user] ?? { told: '?', home: '?' };
  return { ...given, user: told, env: { ...given.env, HOME: given.env.HOME || home } };
}

it('tries names of which one begins with another', () =>
  expect([0, 1, 2, 3].map(serviceName)).toEqual(['s0', 's0-b', 's0-b-c', 's1']));
