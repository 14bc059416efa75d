/** Compose files that nobody named, and variables of env files, are those that Compose takes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { PlanOptions } from '../../../src/bundle-options.js';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import { projectOptions } from '../../../src/load-input.js';
import { discardFolders, temporaryFolder } from '../bundles.js';
import { docker } from '../docker.js';

const start = process.cwd();
afterEach(() => process.chdir(start));
afterAll(discardFolders);

const COMPOSE = 'services: { a: { image: "${A:-none}-${B:-none}-${C:-none}" } }';

interface Given {
  readonly files: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly options?: PlanOptions;
  readonly env?: Readonly<Record<string, string>>;
}

const SUB = { 'sub/compose.yaml': COMPOSE, 'sub/.env': 'A=sub\nC=sub\n' };
const OTHER = { 'compose.yaml': COMPOSE.replace('a:', 'other:'), ...SUB };

it.each<[string, Given]>([
  ['a comment after the name', { files: { ...OTHER, '.env': 'COMPOSE_FILE=sub/compose.yaml # note\nA=1' } }],
  ['blanks after it', { files: { ...OTHER, '.env': 'COMPOSE_FILE=sub/compose.yaml  \t\nB=1' } }],
  ['quotes and export', { files: { ...OTHER, '.env': "export COMPOSE_FILE='sub/compose.yaml'  \nA=1" } }],
  ['a variable in it', { files: { ...OTHER, '.env': 'D=sub\nCOMPOSE_FILE=${D}/compose.yaml' } }],
  [
    'a separator of its own',
    { files: { ...OTHER, '.env': 'COMPOSE_PATH_SEPARATOR=","\nCOMPOSE_FILE=sub/compose.yaml,compose.yaml' } },
  ],
  [
    '--env-file in place of .env',
    {
      files: { ...OTHER, '.env': 'COMPOSE_FILE=compose.yaml\nA=1', o: 'COMPOSE_FILE=sub/compose.yaml\nB=2' },
      options: { envFiles: ['o'] },
    },
  ],
  [
    '--env-file without it',
    { files: { ...OTHER, '.env': 'COMPOSE_FILE=sub/compose.yaml', o: 'B=2' }, options: { envFiles: ['o'] } },
  ],
  [
    'COMPOSE_FILE of the shell',
    { files: { ...OTHER, '.env': 'A=1' }, env: { COMPOSE_FILE: 'sub/compose.yaml' } },
  ],
  ['--project-directory', { files: { ...OTHER, '.env': 'A=1' }, options: { projectDirectory: 'sub' } }],
  ['a folder below the project', { files: { ...OTHER, '.env': 'A=1', 'at/.env': 'A=at\nB=at' }, cwd: 'at' }],
  ['profiles of .env', { files: { ...OTHER, '.env': 'COMPOSE_PROFILES=x\nCOMPOSE_FILE=sub/compose.yaml' } }],
])(
  'files that nobody named are those that Compose takes: %s',
  async (_, { files, cwd = '.', options = {}, env = {} }) => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const flags = [
      ...(options.envFiles ?? []).flatMap((file) => ['--env-file', file]),
      ...(options.projectDirectory === undefined ? [] : ['--project-directory', options.projectDirectory]),
    ];
    const { stdout } = await docker(['compose', ...flags, 'config'], { cwd: join(folder, cwd), env });
    process.chdir(join(folder, cwd));
    Object.assign(process.env, env);
    const engine = dockerEngine();
    try {
      const { resolved } = await engine.composeConfig(await projectOptions(engine, options));
      expect(parse(resolved)).toEqual(parse(stdout));
    } finally {
      for (const name of Object.keys(env)) delete process.env[name];
    }
  },
);
