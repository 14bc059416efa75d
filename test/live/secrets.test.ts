import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders, type Made, temporaryFolder } from './bundles.js';
import { docker, eventually } from './docker.js';

const PLACES = [
  'env-file',
  'dot-env',
  'shell',
  'secret-file',
  'secret-environment',
  'config-file',
  'command',
  'healthcheck',
  'unused',
] as const;
type Place = (typeof PLACES)[number];

const PROJECT = 'bundle-shared-test-secrets';
const canaries = Object.fromEntries(
  PLACES.map((place) => [place, `canary-${randomBytes(12).toString('hex')}`]),
) as Record<Place, string>;

const COMPOSE = `
name: ${PROJECT}
services:
  keeper:
    image: debian:trixie-slim
    command: [sh, -c, 'echo started; exec sleep 1000', "\${COMMAND_SECRET}"]
    environment: { FROM_DOT_ENV: "\${DOT_ENV_SECRET}", FROM_SHELL: "\${SHELL_SECRET}", PASSED_SECRET: }
    env_file: keeper.env
    secrets: [file_secret, environment_secret]
    configs: [{ source: settings, target: /etc/settings }]
    healthcheck: { test: "test -n '\${HEALTH_SECRET}'", interval: 1s }
  stranger:
    image: debian:trixie-slim
    command: [sleep, "1000"]
secrets: { file_secret: { file: ./secret.txt }, environment_secret: { environment: ENVIRONMENT_SECRET } }
configs: { settings: { file: ./settings.txt } }
`;

const shell = {
  SHELL_SECRET: canaries.shell,
  PASSED_SECRET: canaries.shell,
  ENVIRONMENT_SECRET: canaries['secret-environment'],
  COMMAND_SECRET: canaries.command,
  HEALTH_SECRET: canaries.healthcheck,
};

let made: Made;
let project = '';

beforeAll(async () => {
  project = temporaryFolder();
  writeFileSync(join(project, 'compose.yaml'), COMPOSE);
  writeFileSync(join(project, '.env'), `DOT_ENV_SECRET=${canaries['dot-env']}\nUNUSED=${canaries.unused}\n`);
  writeFileSync(join(project, 'keeper.env'), `FROM_FILE=${canaries['env-file']}\n`);
  writeFileSync(join(project, 'secret.txt'), canaries['secret-file']);
  writeFileSync(join(project, 'settings.txt'), canaries['config-file']);
  Object.assign(process.env, shell);
  made = await bundleOf(join(project, 'compose.yaml'), {
    tag: `${PROJECT}:latest`,
    output: join(project, 'bundle'),
  });
});

afterAll(async () => {
  await docker(['compose', '-f', join(made.output, 'compose.yaml'), 'down', '-v', '-t', '1'], { env: shell });
  await docker(['image', 'rm', `${PROJECT}:latest`]);
  for (const name of Object.keys(shell)) delete process.env[name];
  discardFolders();
});

/** Which canaries stand in a text. */
const sightings = (text: string) => PLACES.filter((place) => text.includes(canaries[place]));

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('secrets', () => {
  it('are in no generated file', () => {
    for (const file of filesBelow(made.output))
      expect(sightings(readFileSync(file, 'latin1')), file).toEqual([]);
  });

  it('are in nothing that the build told', () =>
    expect(sightings(made.told + JSON.stringify(made.plan))).toEqual([]));

  it('are in no configuration, label or history of the image', async () => {
    const { stdout: inspected } = await docker(['image', 'inspect', made.tag]);
    const { stdout: history } = await docker(['history', '--no-trunc', made.tag]);
    expect(sightings(inspected + history)).toEqual([]);
  });

  it('are in no layer', async () => {
    const folder = join(temporaryFolder(), 'image');
    mkdirSync(folder);
    await docker(['save', '-o', `${folder}.tar`, made.tag]);
    execFileSync('tar', ['-xf', `${folder}.tar`, '-C', folder]);
    const layers = filesBelow(folder).filter((file) => /layer\.tar$|blobs/.test(file));
    expect(layers.length).toBeGreaterThan(3);
    for (const layer of layers) {
      const found = execFileSync(
        'sh',
        ['-c', 'grep -a -o -E "canary-[0-9a-f]{24}" "$1" | sort -u', 'sh', layer],
        { encoding: 'utf8' },
      );
      expect(sightings(found), layer).toEqual([]);
    }
  });

  it('reach their member when it runs, and no other', async () => {
    const file = join(made.output, 'compose.yaml');
    await docker(['compose', '-f', file, 'up', '-d', '--wait', '--wait-timeout', '400'], { env: shell });
    const bundle = `${PROJECT}-bundle-1`;
    const inside = async (member: string, command: string) =>
      (await docker(['exec', bundle, 'bundle-exec', '-T', member, 'sh', '-c', command])).stdout;
    const everything =
      'env; cat /run/secrets/* /etc/settings; tr "\\0" "\\n" < /proc/self/environ; cat /run/bundle/* 2>&1; true';
    const seen = await eventually('the member to start', async () => {
      const text = await inside('keeper', everything);
      return text.includes('canary') ? text : undefined;
    });
    expect(sightings(seen)).toEqual([
      'env-file',
      'dot-env',
      'shell',
      'secret-file',
      'secret-environment',
      'config-file',
    ]);
    expect(
      sightings(
        await inside(
          'stranger',
          `${everything}; cat /proc/*/environ 2>&1; find / -xdev -type f -size -64k -exec cat {} + 2>/dev/null`,
        ),
      ),
    ).toEqual([]);
    const { stdout: log, stderr } = await docker(['logs', bundle]);
    expect(sightings(log + stderr)).toEqual([]);
  });
});
