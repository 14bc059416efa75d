/** Programs that print `key=value` lines and then `end`: run as containers of their own, then as a bundle. */
import { bundleOf, type Made } from './bundles.js';
import { docker, eventually } from './docker.js';

export type Told = Readonly<Record<string, Readonly<Record<string, string>>>>;
type Env = Readonly<Record<string, string>>;

export interface ToldTwice {
  readonly plain: Told;
  readonly bundled: Told;
  readonly discard: () => Promise<void>;
}

export interface Asked {
  readonly told: Told;
  readonly discard: () => Promise<void>;
}

export async function toldTwice(file: string, name: string, env: Env = {}): Promise<ToldTwice> {
  // First, as it builds the images.
  const made = await bundleOf(file, { tag: `bundle-shared-test:${name}` });
  const plain = await askPlain(file, name, env);
  const bundled = await askBundle(made, name, env);
  const discard = async () => {
    await bundled.discard();
    await plain.discard();
  };
  return { plain: plain.told, bundled: bundled.told, discard };
}

/** What the programs say in containers of their own, which are gone when they have said it. */
export async function askPlain(file: string, name: string, env: Env = {}): Promise<Asked> {
  const project = `bundle-shared-test-${name}-plain`;
  const compose = (...words: readonly string[]) =>
    docker(['compose', '-f', file, '-p', project, ...words], { env });
  const { stdout: services } = await compose('config', '--services');
  await compose('up', '-d', '--no-build');
  const told = await tell(project, services.trim().split('\n').length, []);
  await compose('down', '-t', '0');
  return { told, discard: async () => void (await compose('down', '-t', '0', '-v')) };
}

/** What they say as members; `overrides` are files over the rewritten one. */
export async function askBundle(
  { plan, output }: Made,
  name: string,
  env: Env = {},
  overrides: readonly string[] = [],
): Promise<Asked> {
  const project = `bundle-shared-test-${name}`;
  const [{ bundle, members } = { bundle: '', members: [] }] = plan.bundles;
  const files = [`${output}/compose.yaml`, ...overrides].flatMap((one) => ['-f', one]);
  const compose = (...words: readonly string[]) =>
    docker(['compose', ...files, '-p', project, ...words], { env });
  await compose('up', '-d', '--no-build', bundle);
  const told = await tell(project, members.length, ['--no-log-prefix']);
  return { told, discard: async () => void (await compose('down', '-t', '5', '-v')) };
}

function tell(project: string, count: number, options: readonly string[]): Promise<Told> {
  return eventually(`${count} programs to say what they were given`, async () => {
    const log = await docker(['compose', '-p', project, 'logs', '--no-color', ...options]);
    const told = parse(log.stdout);
    return Object.values(told).filter((one) => 'end' in one).length >= count ? told : undefined;
  });
}

/** Lines `service | key=value` of a Compose log or a bundle's. */
function parse(log: string): Told {
  const told: Record<string, Record<string, string>> = {};
  for (const line of log.split('\n')) {
    const [, service, key, value] = /^(\S+?)(?:-1)?\s+\| ([\w-]+)(?:=(.*))?$/.exec(line) ?? [];
    if (service === undefined || key === undefined) continue;
    told[service] ??= {};
    told[service][key] = value ?? '';
  }
  return told;
}
