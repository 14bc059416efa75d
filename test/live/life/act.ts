/** Projects whose services are one tiny program that does what its command line says (image/act.c). */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleOptions } from '../../../src/bundle-options.js';
import { bundleOf, type Made, temporaryFolder } from '../bundles.js';
import { docker } from '../docker.js';

const FOLDER = 'test/live/life/image';
/** Named by what it is made of: nobody who uses it has it tagged anew meanwhile. */
export const ACT_IMAGE = `bundle-shared-test-act:${digestOf(['Dockerfile', 'act.c'])}`;

/** A service of a project: Compose's own keys; `does` is its command line. */
export interface Act {
  readonly does: string;
  readonly [key: string]: unknown;
}

export interface Project {
  /** Project name, and prefix of everything that is made of it. */
  readonly name: string;
  readonly file: string;
}

function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(`${FOLDER}/${file}`));
  return hash.digest('hex').slice(0, 12);
}

/**
 * Builds the image of all these services, unless it is there. Two files do so at the same moment, which Engine 20.10 may
 * refuse to one of them (moby/buildkit#1460): that one builds again.
 */
export async function actImage(): Promise<void> {
  const isThere = await docker(['image', 'inspect', ACT_IMAGE]).catch(() => undefined);
  if (isThere !== undefined) return;
  const build = () => docker(['build', '--quiet', '--tag', ACT_IMAGE, FOLDER], { timeoutMs: 500_000 });
  await build().catch(build);
}

/** Writes a compose file (JSON is YAML) in a folder that goes with `discardFolders`. */
export function writeProject(
  name: string,
  services: Readonly<Record<string, Act>>,
  top: object = {},
): Project {
  const file = join(temporaryFolder(), 'compose.yaml');
  const entries = Object.entries(services).map(([service, { does, ...keys }]) => [
    service,
    { image: ACT_IMAGE, command: does.split(' '), ...keys },
  ]);
  writeFileSync(file, JSON.stringify({ name, services: Object.fromEntries(entries), ...top }, undefined, 1));
  return { name, file };
}

export interface Bundled extends Project {
  readonly made: Made;
  /** The name of the bundle's container. */
  readonly container: string;
}

/** Bundles a project; nothing is started. */
export async function bundleAct(project: Project, options: Partial<BundleOptions> = {}): Promise<Bundled> {
  const made = await bundleOf(project.file, { tag: `${project.name}:latest`, ...options });
  return {
    name: project.name,
    file: `${made.output}/compose.yaml`,
    made,
    container: `${project.name}-bundle-1`,
  };
}

/** `docker compose WORDS…` on a project. */
export async function onProject(project: Project, words: readonly string[], seconds = 300): Promise<string> {
  const { stdout, stderr } = await docker(['compose', '-f', project.file, '-p', project.name, ...words], {
    timeoutMs: seconds * 1000,
  });
  return `${stdout}${stderr}`;
}

/**
 * Takes everything of a project away: containers, networks, volumes. Engine 20.10 keeps the endpoint of a container that
 * is stopped in the very moment in which it starts it again, and then refuses to remove the network.
 */
export async function removeProject(project: Project): Promise<void> {
  const down = () => onProject(project, ['down', '-v', '-t', '1', '--remove-orphans']);
  await down().catch(async (error: Error) => {
    if (!error.message.includes('has active endpoints')) throw error;
    await detachAll(`${project.name}_default`);
    await down();
  });
}

/** Ends every endpoint of a network, with or without a container. */
async function detachAll(network: string): Promise<void> {
  const format = '{{range .Containers}}{{println .Name}}{{end}}';
  const { stdout } = await docker(['network', 'inspect', '-f', format, network]);
  for (const name of stdout.split('\n').filter(Boolean))
    await docker(['network', 'disconnect', '-f', network, name]);
}
