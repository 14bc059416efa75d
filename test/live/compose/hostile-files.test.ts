/** Files made to exhaust or to deceive: Compose and the program refuse them with a word, in time, and leave nothing. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeBundle } from '../../../src/bundle.js';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import type { Engine } from '../../../src/engine/engine.js';
import { ProblemsError } from '../../../src/problems.js';
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
    ['that is a list', '[1, 2]', ['COMPOSE_INVALID']],
    ['that is empty', '', ['COMPOSE_INVALID']],
    [
      'with a line break of Unicode in a value',
      app('environment: { A: "a\\u2028b" }'),
      ['COMPOSE_UNREADABLE'],
    ],
    ['that includes a bomb by a variable', `include: ["\${NOWHERE:-bomb}.yaml"]\n${app('')}`, ['ALIAS_BOMB']],
  ])('%s', async (_, text, codes) => expect(await codesOf(text)).toEqual(codes), 60_000);
});
