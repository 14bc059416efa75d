/** The two example stacks as containers of their own and as one bundle: size and time to healthy, by turns in one run. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bundleOf, discardFolders } from '../test/live/bundles.js';
import { docker } from '../test/live/docker.js';
import { compose, composeDown, type Stack } from '../test/live/stacks.js';
import { markdownTable } from '../test/markdown-table.js';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const rows: string[][] = [];

/** Bytes of all layers of these images, each layer once, as the Engine stores and sends them. */
async function storedBytes(images: readonly string[]): Promise<number> {
  const child = spawn('docker', ['save', ...images], { stdio: ['ignore', 'pipe', 'inherit'] });
  let bytes = 0;
  for await (const chunk of child.stdout) bytes += (chunk as Buffer).length;
  return bytes;
}

async function secondsToHealthy(stack: Stack): Promise<number> {
  const start = performance.now();
  await compose(stack, ['up', '--detach', '--no-build', '--wait', '--wait-timeout', '180'], 240);
  const seconds = (performance.now() - start) / 1000;
  await composeDown(stack);
  return seconds;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
const ratio = (ours: number, theirs: number) => (ours / theirs).toFixed(2);

afterAll(() => {
  const head = ['stack', 'services', 'images', 'bundle', 'ratio', 'start', 'start as a bundle', 'ratio'];
  process.stdout.write(`\n${markdownTable(head, rows).join('\n')}\n`);
  discardFolders();
});

describe.each(['shop', 'mixed'])('examples/%s', (name) => {
  const originals: Stack = { dir: `examples/${name}`, project: `bundle-shared-bench-${name}-originals` };
  let bundle: Stack;
  let images: readonly string[] = [];
  const tag = `bundle-shared-bench:${name}`;

  beforeAll(async () => {
    const { services } = parse(await compose(originals, ['config'], 60)) as {
      services: Record<string, { image?: string }>;
    };
    images = Object.entries(services).map(
      ([service, { image }]) => image ?? `${originals.project}-${service}`,
    );
    await compose(originals, ['build', '--quiet'], 600);
    const { output } = await bundleOf(`examples/${name}/compose.yaml`, {
      tag,
      projectName: originals.project,
    });
    bundle = { dir: output, project: `bundle-shared-bench-${name}`, file: `${output}/compose.yaml` };
  });

  afterAll(async () => {
    await composeDown(originals);
    await composeDown(bundle);
    await docker(['image', 'rm', tag]);
  });

  it('is measured', async () => {
    const times: { originals: number[]; bundle: number[] } = { originals: [], bundle: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.originals.push(await secondsToHealthy(originals));
      times.bundle.push(await secondsToHealthy(bundle));
    }
    const size = { originals: await storedBytes([...new Set(images)]), bundle: await storedBytes([tag]) };
    const start = { originals: median(times.originals), bundle: median(times.bundle) };
    rows.push([
      name,
      String(images.length),
      `${new Set(images).size}, ${megabytes(size.originals)}`,
      megabytes(size.bundle),
      ratio(size.bundle, size.originals),
      `${start.originals.toFixed(1)} s`,
      `${start.bundle.toFixed(1)} s`,
      ratio(start.bundle, start.originals),
    ]);
    expect(size.bundle).toBeGreaterThan(0);
  }, 1_200_000);
});
