/** What the operator of a swarm keeps for its tenants, as the project beside this file asks for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../bundles.js';
import { docker } from '../../docker.js';

const secretsOf = (tenants: readonly string[]) => ['vault', ...ofTenants(tenants)];
const configsOf = (tenants: readonly string[]) => ['site', ...ofTenants(tenants)];
const ofTenants = (tenants: readonly string[]) => tenants.map((tenant) => `bundle-shared-test-${tenant}`);

/** Makes one secret and one config for all of them and one for each; each holds its own name. */
export async function keepFor(tenants: readonly string[]): Promise<void> {
  const folder = temporaryFolder();
  const keep = async (kind: string, name: string) => {
    writeFileSync(join(folder, name), `kept: ${name}`);
    await docker([kind, 'create', name, join(folder, name)]);
  };
  for (const name of secretsOf(tenants)) await keep('secret', name);
  for (const name of configsOf(tenants)) await keep('config', name);
}

export async function forget(tenants: readonly string[]): Promise<void> {
  await docker(['secret', 'rm', ...secretsOf(tenants)]);
  await docker(['config', 'rm', ...configsOf(tenants)]);
}
