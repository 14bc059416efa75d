/** Projects of the corpus whose images can be built here: run as containers, then as a bundle, asked the same. */
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeBundle } from '../../../src/bundle.js';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import { discardFolders, temporaryFolder } from '../bundles.js';
import { docker } from '../docker.js';
import { buildImages, builtHere, testImage } from './images.js';
import { LIVE, type LiveProject, type Running } from './projects.js';

/** A copy of the case, its images and ports replaced by those of the test. */
function copyOf({ name, ports = {} }: LiveProject): {
  readonly folder: string;
  readonly images: readonly string[];
} {
  const folder = join(temporaryFolder(), name);
  cpSync(join('test/corpus', name), folder, { recursive: true });
  const images = new Set<string>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.ya?ml$/.test(path) || !statSync(join(folder, path)).isFile()) continue;
    const text = readFileSync(join(folder, path), 'utf8').replace(
      /(\bimage: "?)([a-z]+:\d+)/g,
      (_, before: string, image: string) => {
        images.add(image);
        return `${before}${testImage(image)}`;
      },
    );
    const moved = Object.entries(ports).reduce((now, [from, to]) => now.replace(from, to), text);
    writeFileSync(join(folder, path), moved);
  }
  return { folder, images: [...images].filter(builtHere) };
}

interface Form {
  readonly folder: string;
  readonly project: string;
  readonly files: readonly string[];
}

/** Starts it, asks, stops and starts it again, asks again, takes it away with its volumes. */
async function answersOf(live: LiveProject, form: Form, runIn: Running['runIn']): Promise<unknown> {
  const { env = {}, profiles = [] } = live;
  const flags = [...form.files.flatMap((file) => ['-f', file]), '-p', form.project];
  const chosen = profiles.flatMap((profile) => ['--profile', profile]);
  const compose = (...words: readonly string[]) =>
    docker(['compose', ...flags, ...chosen, ...words], { env, cwd: form.folder, timeoutMs: 450_000 });
  const running = { project: form.project, runIn };
  try {
    await compose('up', '--detach', '--wait', '--wait-timeout', '400');
    const first = await live.ask(running);
    await compose('stop');
    await compose('up', '--detach', '--wait', '--wait-timeout', '400');
    return { first, again: await live.again(running) };
  } catch (cause) {
    const { stdout } = await compose('logs', '--no-color', '--tail', '40');
    throw new Error(`${form.project}: ${String(cause)}\n${stdout}`, { cause });
  } finally {
    await compose('down', '--volumes', '--timeout', '5');
  }
}

const built: string[] = [];

afterAll(async () => {
  discardFolders();
  const bundles = LIVE.map(({ name }) => `${projectOf(name)}-bundle:latest`);
  await docker(['image', 'rm', '--force', ...new Set([...built, ...bundles])]);
});

function projectOf(name: string): string {
  return `bundle-shared-test-corpus-${name}`;
}

function execIn(words: (service: string) => readonly string[]): Running['runIn'] {
  return async (service, ...command) => (await docker(['exec', ...words(service), ...command])).stdout;
}

describe.each(LIVE)('$name', (live) => {
  it('answers as a bundle what it answered in containers of its own, before and after a restart', async () => {
    const project = projectOf(live.name);
    const files = live.files ?? ['compose.yaml'];
    const original = copyOf(live);
    built.push(...(await buildImages([...new Set([...original.images, 'tool:1'])])));
    const plain = { folder: original.folder, project: `${project}-originals`, files };
    const wanted = await answersOf(
      live,
      plain,
      execIn((service) => [`${plain.project}-${service}-1`]),
    );

    const { folder } = copyOf(live);
    const made = await makeBundle(dockerEngine({ environment: { ...process.env, ...live.env } }), {
      files: files.map((file) => join(folder, file)),
      output: join(folder, 'bundle'),
      projectName: project,
    });
    const members = new Set(
      made.plan.bundles.flatMap((bundle) => bundle.members.map(({ service }) => service)),
    );
    const bundled = { folder: made.output, project, files: ['compose.yaml'] };
    const found = await answersOf(
      live,
      bundled,
      execIn((service) =>
        members.has(service)
          ? [`${project}-bundle-1`, 'bundle-exec', '-T', service]
          : [`${project}-${service}-1`],
      ),
    );
    expect(found).toEqual(wanted);
  });
});
