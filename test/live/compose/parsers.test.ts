/** The real parsers, Compose's, the Engine's and supervisord's, find in the written files what was put in. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { readAssets } from '../../../src/assets.js';
import { asObject } from '../../../src/compose/json.js';
import type { Json } from '../../../src/compose/project.js';
import type { OutputFile } from '../../../src/render/render-files.js';
import { renderFiles } from '../../../src/render/render-files.js';
import { configOf, PAYLOADS, planOf, projectOf } from '../../hostile.js';
import { discardFolders, temporaryFolder } from '../bundles.js';
import { docker } from '../docker.js';
import { readConfig } from './compare-projects.js';
import { byName, programOf, readPrograms } from './supervisord-reader.js';

afterAll(discardFolders);

const run = promisify(execFile);

const assets = { ...(await readAssets()), runtime: [] };
const texts = PAYLOADS;
const entries = texts.map((text, index) => [`P${index}`, text] as const);

const NAMES = ['constructor', 'toString', 'a.b', 'A-b_c', '0', 'x'.repeat(60), 'plain'];

function write(files: readonly OutputFile[]): string {
  const folder = temporaryFolder();
  for (const { path, content } of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

describe('text of the user, read by the real parsers', () => {
  it('is what Compose gives the bundle: variables, labels, annotations and paths', async () => {
    const project = projectOf(
      {
        app: {
          image: 'image:1',
          environment: Object.fromEntries(entries),
          labels: Object.fromEntries(entries),
          annotations: Object.fromEntries(entries),
          networks: { default: null },
        },
      },
      { networks: { default: { name: 'hostile_default' } } },
    );
    const folder = write(renderFiles(planOf(project).plan, project, assets, '..'));
    const config = await readConfig(folder, ['--file', join(folder, 'compose.yaml')], {});
    const bundle = asObject(asObject(config.services).bundle);
    const environment = asObject(bundle.environment);
    expect(entries.map(([name]) => environment[`APP__${name}`])).toEqual(texts);
    expect(entries.map(([name]) => asObject(bundle.labels)[name])).toEqual(texts);
    expect(entries.map(([name]) => asObject(bundle.annotations)[name])).toEqual(texts);
  });

  it('is what the Engine reads in the Dockerfile: labels and volumes', async () => {
    const paths = texts
      .filter((text) => !/[\n\r]/.test(text) && text === text.trim())
      .map((text) => `/v/${text}`);
    const project = projectOf({ app: { image: 'image:1' } });
    const { plan } = planOf(project, { ...configOf('x'), volumes: paths });
    const files = renderFiles(plan, project, assets, '..');
    const dockerfile = files.find(({ path }) => path === 'Dockerfile')?.content ?? '';
    const own = /^LABEL [\s\S]*?^WORKDIR/m.exec(dockerfile)?.[0].replace(/WORKDIR$/, '') ?? '';
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'Dockerfile'), `FROM debian:trixie-slim\n${own}`);
    await docker(['build', '--quiet', '--tag', 'bundle-shared-test:labels', folder]);
    const { stdout } = await docker(['image', 'inspect', 'bundle-shared-test:labels']);
    const [{ Config }] = JSON.parse(stdout);
    await docker(['image', 'rm', 'bundle-shared-test:labels']);
    const volumes = plan.bundles[0]?.members[0]?.volumes ?? [];
    expect(volumes.length).toBeGreaterThan(100);
    expect(Object.keys(Config.Volumes).sort()).toEqual([...volumes].sort());
    const inventory = JSON.parse(Config.Labels['io.github.bundle-shared.inventory']);
    expect(inventory.members[0].volumes).toEqual(volumes);
  });

  it('is what Compose reads in an env file', async () => {
    const folder = 'test/live/compose/parsers';
    const config = await readConfig(folder, ['--file', 'compose.yaml'], {});
    const expected = asObject(asObject(asObject(config.services).app).environment);
    const script = `import json, sys; sys.path.insert(0, "runtime"); import dotenv
print(json.dumps(dotenv.parse(open(sys.argv[1], encoding="utf-8", newline="").read())))`;
    const { stdout } = await run('python3', ['-c', script, `${folder}/tricky.env`]);
    expect(Object.keys(expected).length).toBeGreaterThan(20);
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  it('is nothing that supervisord reads; it finds the programs of the plan with their values', async () => {
    const services = NAMES.map((name, index): readonly [string, Json] => {
      const restart = ['always', 'no', 'on-failure:3'][index % 3] ?? 'no';
      return [
        name,
        { image: 'image:1', restart, stop_grace_period: `${index + 1}s`, networks: { default: null } },
      ];
    });
    const project = projectOf(Object.fromEntries(services), { networks: { default: {} } });
    const { plan } = planOf(project);
    const folder = write(renderFiles(plan, project, assets, '..'));
    const wanted = (plan.bundles[0]?.members ?? []).map(programOf);
    expect(await readPrograms(folder, ['supervisord.conf'])).toEqual([wanted.sort(byName)]);
  });
});
