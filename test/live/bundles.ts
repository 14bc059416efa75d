/** Bundles for live tests: made by the public pipeline from a folder, run by Compose, removed afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBundle } from '../../src/bundle.js';
import type { BundleOptions, BundleResult } from '../../src/bundle-options.js';
import { dockerEngine } from '../../src/engine/docker-engine.js';

/** A folder that disappears with `discardFolders`. */
const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-shared-test-'));
  folders.push(folder);
  return folder;
}

export function discardFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Everything that the pipeline told while it worked, for messages and for looking for secrets. */
export interface Made extends BundleResult {
  /** Of the first bundle. */
  readonly tag: string;
  readonly told: string;
}

export async function bundleOf(file: string, options: Partial<BundleOptions> = {}): Promise<Made> {
  const told: string[] = [];
  const output = options.output ?? join(temporaryFolder(), 'bundle');
  const result = await makeBundle(dockerEngine(), {
    files: [file],
    output,
    onEvent: (event) => told.push(JSON.stringify(event)),
    ...options,
  });
  return { ...result, tag: result.bundles[0]?.tag ?? '', told: told.join('\n') };
}
