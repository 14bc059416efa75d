import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectArguments, projectDirectory } from '../../../src/engine/compose-arguments.js';
import { composeFailure } from '../../../src/engine/compose-failure.js';
import { composeWarnings } from '../../../src/engine/compose-warnings.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eng-compose-'));
});
afterAll(() => rm(folder, { recursive: true }));

const FILE = `services:
  api:
    image: \${TAG:?choose a version}
    enviroment: {}
    depends_on: [db]
`;

const MESSAGES: readonly [string, string, number | undefined, string][] = [
  [
    "services.api: can't set distinct values on 'depends_on' and 'deploy.x': invalid compose project",
    'COMPOSE_INVALID',
    5,
    `service "api": can't set distinct values on 'depends_on' and 'deploy.x'`,
  ],
  [
    'error while interpolating services.api.image: required variable TAG is missing a value: choose a version',
    'COMPOSE_VARIABLE_REQUIRED',
    3,
    'variable "TAG" has no value, but the project requires one',
  ],
  [
    "validating FILE: services.api additional properties 'enviroment' not allowed",
    'COMPOSE_INVALID',
    4,
    `"services.api": additional properties 'enviroment' not allowed`,
  ],
  [
    'service "api" depends on undefined service "db": invalid compose project',
    'COMPOSE_INVALID',
    2,
    'service "api" depends on undefined service "db"',
  ],
  [
    'invalid interpolation format for services.api.image.\nYou may need to escape any $ with another $.\n${TAG',
    'COMPOSE_INVALID',
    3,
    '"services.api.image" has an expression that Compose cannot read',
  ],
  [
    'env file /x/a.env not found: stat /x/a.env: no such file or directory',
    'COMPOSE_FILE_MISSING',
    undefined,
    'env file "/x/a.env" does not exist',
  ],
  ['Invalid containerPort: abc', 'COMPOSE_INVALID', undefined, 'Invalid containerPort: abc'],
];

test.each(MESSAGES)('what Compose says gets a place: %s', async (message, code, line, text) => {
  const file = join(folder, 'compose.yaml');
  await writeFile(file, FILE);
  const warning = 'time="2026-01-01T00:00:00Z" level=warning msg="The \\"X\\" variable is not set."\n';
  const error = await composeFailure(warning + message.replace('FILE', file), {
    files: [file],
    envFiles: [],
    profiles: [],
  });
  expect(error.fault).toBe('input');
  expect(error.problems).toHaveLength(1);
  expect(error.problems[0]).toMatchObject({ code, message: text });
  expect(error.problems[0]?.location?.line).toBe(line);
  expect(composeWarnings(warning + warning)).toEqual(['The "X" variable is not set.']);
});

test.each([
  ["services.api additional properties 'enviroment', 'comand' not allowed", ['"environment"', '"command"']],
  ["services.api.deploy.resources additional properties 'limit' not allowed", ['"limits"']],
  ["services.api.volumes.0.bind additional properties 'propagate' not allowed", ['"propagation"']],
  [" additional properties 'servces' not allowed", ['"services"']],
  ["services.api additional properties 'quite_another_thing' not allowed", ['as Compose asks']],
])('a misspelt key is told with the one that is meant: %s', async (message, fixes) => {
  const file = join(folder, 'compose.yaml');
  await writeFile(file, FILE);
  const error = await composeFailure(`validating ${file}: ${message}`, {
    files: [file],
    envFiles: [],
    profiles: [],
  });
  for (const fix of fixes) expect(error.problems[0]?.fix).toContain(fix);
});

test('a file that is not YAML is named, with the line that breaks it', async () => {
  const good = join(folder, 'good.yaml');
  const bad = join(folder, 'bad.yaml');
  await writeFile(good, 'services: {}\n');
  await writeFile(bad, 'services:\n  a:\n    image: x\n   b: 2\n');
  const error = await composeFailure('yaml: line 1: did not find expected key', {
    files: [good, bad],
    envFiles: [],
    profiles: [],
  });
  expect(error.problems[0]).toMatchObject({ code: 'COMPOSE_NOT_YAML', location: { file: bad, line: 4 } });
});

test('the options of Compose are passed on, with absolute paths', () => {
  const project = { files: ['/p/a.yaml', '-'], envFiles: ['/e'], profiles: ['x'], projectName: 'n' };
  expect(projectArguments(project)).toEqual([
    ...['--file', '/p/a.yaml', '--file', '-', '--env-file', '/e', '--profile', 'x', '--project-name', 'n'],
  ]);
  expect(projectDirectory(project)).toBe('/p');
  expect(projectDirectory({ ...project, files: ['-', '/q/a.yaml'] })).toBe('/q');
});
