/** Projects of the corpus whose images can be built here: run as containers, then as a bundle, asked the same. */
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeBundle } from '../../../src/bundle.js';
import type { BundleResult } from '../../../src/bundle-options.js';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import { discardFolders, temporaryFolder } from '../bundles.js';
import { docker } from '../docker.js';
import { membersOf } from '../life/bundle-state.js';
import { sized } from '../life/soak.js';
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

interface Answers {
  readonly first: unknown;
  readonly again: unknown;
}

/** Starts it, asks, stops and starts it again, asks again, takes it away with its volumes. */
async function answersOf(live: LiveProject, form: Form, runIn: Running['runIn']): Promise<Answers> {
  return whileUp(live, form, runIn, async (running, again) => {
    const first = await live.ask(running);
    await again();
    return { first, again: await live.again(running) };
  });
}

/** Starts it, does something, and takes it away with its volumes. */
async function whileUp<T>(
  live: LiveProject,
  form: Form,
  runIn: Running['runIn'],
  act: (running: Running, again: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const { env = {}, profiles = [] } = live;
  const flags = [...form.files.flatMap((file) => ['-f', file]), '-p', form.project];
  const chosen = profiles.flatMap((profile) => ['--profile', profile]);
  const compose = (...words: readonly string[]) =>
    docker(['compose', ...flags, ...chosen, ...words], { env, cwd: form.folder, timeoutMs: 450_000 });
  const up = () => compose('up', '--detach', '--wait', '--wait-timeout', '400');
  try {
    await up();
    return await act({ project: form.project, runIn }, async () => {
      await compose('stop');
      await up();
    });
  } catch (cause) {
    const { stdout } = await compose('logs', '--no-color', '--tail', '40');
    throw new Error(`${form.project}: ${String(cause)}\n${stdout}`, { cause });
  } finally {
    await compose('down', '--volumes', '--timeout', '5');
  }
}

const IN_CHROOT = sized(
  LIVE.map(({ name }) => name),
  ['voting', 'several-files'],
);

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

/** Runs a command in the service, wherever that is. */
function execInBundle(project: string, made: BundleResult): Running['runIn'] {
  const members = new Set(membersIn(made).map(({ service }) => service));
  return execIn((service) =>
    members.has(service)
      ? [`${project}-bundle-1`, 'bundle-exec', '-T', service]
      : [`${project}-${service}-1`],
  );
}

function membersIn(made: BundleResult) {
  return made.plan.bundles.flatMap(({ members }) => members);
}

describe.each(LIVE)('$name', (live) => {
  const files = live.files ?? ['compose.yaml'];
  const engine = dockerEngine({ environment: { ...process.env, ...live.env } });
  let wanted: Answers | undefined;

  /** A bundle of a copy of it, whose members `pinned` are to be in a chroot. */
  async function bundled(projectName: string, pinned: ReadonlySet<string> = new Set(), build = true) {
    const { folder } = copyOf(live);
    const chroot = { 'x-bundle': { isolation: 'chroot' } };
    const services = Object.fromEntries([...pinned].map((service) => [service, chroot]));
    writeFileSync(join(folder, 'pinned.yaml'), JSON.stringify({ services }));
    const made = await makeBundle(engine, {
      files: [...files, 'pinned.yaml'].map((file) => join(folder, file)),
      output: join(folder, 'bundle'),
      projectName,
      build,
    });
    return { made, form: { folder: made.output, project: projectName, files: ['compose.yaml'] } };
  }

  it('answers as a bundle what it answered in containers of its own, before and after a restart', async () => {
    const project = projectOf(live.name);
    const original = copyOf(live);
    built.push(...(await buildImages([...new Set([...original.images, 'tool:1'])])));
    const plain = { folder: original.folder, project: `${project}-originals`, files };
    wanted = await answersOf(
      live,
      plain,
      execIn((service) => [`${plain.project}-${service}-1`]),
    );
    const { made, form } = await bundled(project);
    expect(await answersOf(live, form, execInBundle(project, made))).toEqual(wanted);
  });

  if (!IN_CHROOT.includes(live.name)) return;
  it('answers the same where all members are in a chroot, in which its plan says that they run', async () => {
    const project = projectOf(live.name);
    const planned = membersIn((await bundled(project, undefined, false)).made);
    // Replicas are one service.
    const services = new Set(planned.map(({ service }) => service.replace(/-\d+$/, '')));
    const { made, form } = await bundled(project, services);
    for (const { service, launch } of membersIn(made))
      expect([service, launch.needs]).toEqual([service, { rung: 'chroot', why: [] }]);
    await whileUp(live, form, execInBundle(project, made), async (running) => {
      expect(await live.ask(running)).toEqual(wanted?.first);
      for (const member of Object.values(await membersOf(`${project}-bundle-1`)))
        expect(member).toMatchObject({ state: 'running', rung: 'chroot', restarts: 0 });
    });
  });
});
