/** A thousand services: planned in the time that Compose itself takes, in memory and output that grow with the input. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAssets } from '../../../src/assets.js';
import { loadProject } from '../../../src/compose/load-project.js';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import type { ComposeConfigs } from '../../../src/engine/engine.js';
import { renderFiles } from '../../../src/render/render-files.js';
import { planOf } from '../../hostile.js';
import { patience } from '../life/patience.js';

const folder = mkdtempSync(join(tmpdir(), 'many-'));
afterAll(() => rmSync(folder, { recursive: true }));

function composeFile(count: number): string {
  const services = Array.from({ length: count }, (_, index) =>
    [
      `  s${index}:`,
      '    image: tool:1',
      `    command: [run, --peer, "s${(index + 1) % count}:9000"]`,
      '    restart: always',
      `    environment: { A: "1", URL: "http://s${(index * 7) % count}:8080/x", P: "\${P:-x}" }`,
      `    ports: ["${10000 + index}:${10000 + index}"]`,
      `    volumes: ["v${index % 20}:/data"]`,
      `    labels: { "l${index}": x }`,
      '    x-bundle: { ports: [] }',
      ...(index === 0 ? [] : [`    depends_on: [s${Math.floor(index / 2)}]`]),
    ].join('\n'),
  );
  const volumes = Array.from({ length: 20 }, (_, index) => `  v${index}: {}`);
  return `name: many\nservices:\n${services.join('\n')}\nvolumes:\n${volumes.join('\n')}\n`;
}

interface Cost {
  readonly planMs: number;
  readonly bytes: number;
  readonly members: number;
}

/** Processor time of everything but Compose, and what comes out. */
function costOf(configs: ComposeConfigs, text: string, assets: Awaited<ReturnType<typeof readAssets>>): Cost {
  const before = process.cpuUsage();
  const project = loadProject({
    resolved: configs.resolved,
    written: configs.written ?? '',
    everything: configs.everything,
    sources: [{ file: 'compose.yaml', text }],
    directory: folder,
    envFiles: [],
    warnings: [],
  });
  const { plan, problems } = planOf(project);
  const planMs = process.cpuUsage(before).user / 1000;
  expect(problems).toEqual([]);
  const files = renderFiles(plan, project, assets, '..');
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  return { planMs, bytes, members: plan.bundles[0]?.members.length ?? 0 };
}

const costs: Record<number, Cost> = {};

beforeAll(async () => {
  const assets = await readAssets();
  for (const count of [250, 1000]) {
    const text = composeFile(count);
    const file = join(folder, `${count}.yaml`);
    writeFileSync(file, text);
    const configs = await dockerEngine().composeConfig({ files: [file], envFiles: [], profiles: [] });
    // The least of some, for the first ones warm up the compiler, and others may be in their way.
    for (let run = 0; run < 4; run += 1) {
      const cost = costOf(configs, text, assets);
      if (cost.planMs < (costs[count]?.planMs ?? Number.POSITIVE_INFINITY)) costs[count] = cost;
    }
  }
});

describe('a project of a thousand services', () => {
  it('is planned in less than two seconds besides the time of Compose', () => {
    expect(costs[1000]?.members).toBe(1000);
    expect(costs[1000]?.planMs).toBeLessThan(1000 * patience(2));
  });

  it('costs in time and output what four projects of a quarter of it cost', () => {
    const ratio = (key: 'planMs' | 'bytes') => (costs[1000]?.[key] ?? 0) / (costs[250]?.[key] ?? 1);
    expect(ratio('bytes')).toBeLessThan(4.5);
    expect(ratio('planMs')).toBeLessThan(6);
  });
});
