/** Files made to exhaust or to deceive: Compose and the program refuse them with a word, in time, and leave nothing. */
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { makeBundle, planBundle } from '../../../src/bundle.js';
import { main } from '../../../src/cli/main.js';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import type { Engine } from '../../../src/engine/engine.js';
import { ProblemsError } from '../../../src/problems.js';
import { damaged } from '../../damaged-files.js';
import { completeFacts } from '../../fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const engine: Engine = {
  ...dockerEngine(),
  inspectImage: async (reference) => completeFacts(reference, {}),
  composePull: async () => undefined,
};

const bomb = [...'abcdefghi'].map((letter, index, all) => {
  const items = Array.from({ length: 9 }, () => (index === 0 ? 'x' : `*${all[index - 1]}`));
  return `x-${letter}: &${letter} [${items.join(', ')}]`;
});
writeFileSync(join(folder, 'bomb.yaml'), bomb.join('\n'));

const mergeChain = Array.from(
  { length: 1500 },
  (_, n) => `x-${n}: &a${n} {${n > 0 ? `<<: *a${n - 1}, ` : ''}k${n}: v}`,
).join('\n');
const waiting = 'services: { a: { image: i, depends_on: [b] }, b: { image: i, depends_on: [a] } }\n';
const extending =
  'services: { a: { image: i, extends: { service: b } }, b: { image: i, extends: { service: a } } }\n';
const above =
  'volumes: ["../../../../etc:/x:ro", "./device.yaml:/dev/y"], env_file: [{ path: ../../nothing.env, required: false }]';
symlinkSync('/dev/zero', join(folder, 'device.yaml'));

async function codesOf(text: string | Buffer): Promise<readonly string[]> {
  const file = join(folder, 'compose.yaml');
  const output = join(folder, 'out', 'bundle');
  writeFileSync(file, text);
  try {
    await makeBundle(engine, { files: [file], output, build: false });
    rmSync(output, { recursive: true });
    return [];
  } catch (cause) {
    if (!(cause instanceof ProblemsError)) throw cause;
    expect(existsSync(output)).toBe(false);
    return [...new Set(cause.problems.map(({ code }) => code))];
  }
}

const app = (rest: string) => `name: hostile\nservices: { app: { image: i, command: [run], ${rest} } }\n`;

describe('a hostile compose file', () => {
  it.each<[string, string | Buffer, readonly string[]]>([
    ['with aliases that stand for millions of values', `${bomb.join('\n')}\n${app('')}`, ['ALIAS_BOMB']],
    [
      'nested twenty thousand levels deep',
      app(`x-d: ${'['.repeat(20_000)}${']'.repeat(20_000)}`),
      ['NESTED_TOO_DEEP'],
    ],
    ['with ten megabytes in one variable', app(`environment: { A: "${'x'.repeat(10_000_000)}" }`), []],
    ['with NUL in an argument', app('entrypoint: ["a\\0b"]'), ['NUL_CHARACTER']],
    ['with NUL in the file', Buffer.from(app('labels: ["a\0b"]')), ['COMPOSE_INVALID']],
    ['with a service named ..', 'services: { "..": { image: i, command: [run] } }', ['SERVICE_NAME']],
    ['with a service named --help', 'services: { "--help": { image: i, command: [run] } }', ['SERVICE_NAME']],
    ['with a service named constructor', 'services: { constructor: { image: i, command: [run] } }', []],
    ['with a target above the root', app('tmpfs: ["/../../etc"]'), []],
    ['with a restart policy named constructor', app('restart: constructor'), ['VALUE_REFUSED']],
    ['with anchors that refer to themselves', `x-a: &a [*a]\n${app('')}`, ['COMPOSE_INVALID']],
    ['with merges of merges', `${mergeChain}\n${app('')}`, ['ALIAS_BOMB']],
    ['of fifty megabytes', `${app('')}${`# ${'x'.repeat(97)}\n`.repeat(500_000)}`, ['FILE_TOO_LARGE']],
    ['that is no UTF-8', Buffer.from(app('labels: ["a\xff\xfeb"]'), 'latin1'), ['COMPOSE_INVALID']],
    ['with one key twice', `${app('')}services: {}\n`, ['COMPOSE_NOT_YAML']],
    ['whose services wait for each other', waiting, ['COMPOSE_INVALID']],
    ['whose services extend each other', extending, ['COMPOSE_INVALID']],
    ['that includes itself', `include: [compose.yaml]\n${app('')}`, ['COMPOSE_INVALID']],
    ['whose folders lie above', app(above), []],
    [
      'that extends a link to a device',
      app('extends: { file: device.yaml, service: app }'),
      ['COMPOSE_FILE_MISSING'],
    ],
    ['that is a list', '[1, 2]', ['COMPOSE_INVALID']],
    ['that is empty', '', ['COMPOSE_INVALID']],
    [
      'with a line break of Unicode in a value',
      app('environment: { A: "a\\u2028b" }'),
      ['COMPOSE_UNREADABLE'],
    ],
    ['that includes a bomb by a variable', `include: ["\${NOWHERE:-bomb}.yaml"]\n${app('')}`, ['ALIAS_BOMB']],
  ])('%s', async (_, text, codes) => expect(await codesOf(text)).toEqual(codes));
});

/** `npm run soak` tries all that are to be tried before a release. */
const DAMAGED = process.env.SOAK === '1' ? 500 : 40;
const MAX_MS = 5000;
const MAX_BYTES = 512 * 1024 ** 2;

describe('a damaged compose file', () => {
  it(`is planned, or refused with its place and a way out, in ${DAMAGED} forms`, async () => {
    const home = process.cwd();
    const memory = process.memoryUsage().rss;
    process.chdir(mkdtempSync(join(folder, 'damaged-')));
    const answers: Answer[] = [];
    try {
      for (const text of fc.sample(damaged, { seed: 2611, numRuns: DAMAGED }))
        answers.push(await planned(text));
    } finally {
      process.chdir(home);
    }
    const wrong = answers.filter(
      ({ code, told, cpuMs, left }) =>
        ![0, 1].includes(code) || (code === 1 && !REFUSAL.test(told)) || cpuMs > MAX_MS || left.length > 1,
    );
    expect(wrong).toEqual([]);
    expect(process.memoryUsage().rss - memory).toBeLessThan(MAX_BYTES);
    const refused = answers.filter(({ code }) => code === 1);
    expect(refused.length).toBeGreaterThan(DAMAGED / 2);
    const unplaced = refused.filter(({ told }) => !/^ {2}\S+:\d+:\d+$/m.test(told)).map(({ told }) => told);
    expect(unplaced.length / refused.length, unplaced.join('\n')).toBeLessThan(0.1);
  });
});

const REFUSAL = /^error [A-Z_]+: .*\n[\s\S]*^ {2}fix: /m;

interface Answer {
  readonly text: string;
  readonly code: number;
  readonly told: string;
  /** Processor time beside that of Compose. */
  readonly cpuMs: number;
  /** What stands in the folder afterwards. */
  readonly left: readonly string[];
}

async function planned(text: string): Promise<Answer> {
  writeFileSync('compose.yaml', text);
  const told: string[] = [];
  const streams = {
    stdout: { write: () => undefined },
    stderr: { write: (line: string) => told.push(line) },
    env: {},
  };
  const before = process.cpuUsage();
  const code = await main(['plan', 'compose.yaml'], streams, {
    createEngine: () => engine,
    makeBundle,
    planBundle,
  });
  const cpuMs = process.cpuUsage(before).user / 1000;
  return { text, code, told: told.join(''), cpuMs, left: readdirSync('.') };
}
