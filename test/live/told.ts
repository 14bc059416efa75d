/** Programs that print `key=value` lines and then `end`: run as containers of their own, then as a bundle. */
import type { Made } from './bundles.js';
import { bundleOf } from './bundles.js';
import { docker, eventually } from './docker.js';

export type Told = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface ToldTwice {
  readonly plain: Told;
  readonly bundled: Told;
  readonly discard: () => Promise<void>;
}

export async function toldTwice(
  file: string,
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ToldTwice> {
  const [plainProject, project] = [`bundle-shared-test-${name}-plain`, `bundle-shared-test-${name}`];
  const made: Made = await bundleOf(file, { tag: `bundle-shared-test:${name}` });
  const bundle = `${made.output}/compose.yaml`;
  const count = made.plan.bundles[0]?.members.length ?? 0;
  const plain = await tell(file, plainProject, count, env, []);
  await docker(['compose', '-f', file, '-p', plainProject, 'down', '-t', '0'], { env });
  const bundled = await tell(bundle, project, count, env, ['--no-log-prefix']);
  const discard = async () => {
    await docker(['compose', '-f', bundle, '-p', project, 'down', '-t', '5', '-v'], { env });
    await docker(['compose', '-f', file, '-p', plainProject, 'down', '-t', '0', '-v'], { env });
  };
  return { plain, bundled, discard };
}

async function tell(
  file: string,
  project: string,
  count: number,
  env: Readonly<Record<string, string>>,
  options: readonly string[],
): Promise<Told> {
  await docker(['compose', '-f', file, '-p', project, 'up', '-d', '--no-build'], { env });
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
