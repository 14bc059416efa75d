import { expect, it } from 'vitest';
import type { Service } from '../../../src/compose/project.js';
import { findJoinedNetworks } from '../../../src/plan/find-joined-networks.js';
import { fakeProject } from './fake-project.js';

function joined(tenancyType: string | undefined, networks: Readonly<Record<string, readonly string[]>>) {
  const services = Object.entries(networks).map(([name, names]): Service => {
    const written = { networks: Object.fromEntries(names.map((network) => [network, null])) };
    return { name, resolved: written, written };
  });
  const plan = tenancyType === undefined ? {} : { 'x-omnistrate-service-plan': { tenancyType } };
  const project = fakeProject(services, plan);
  return findJoinedNetworks(services, project).map(({ code, severity }) => `${severity} ${code}`);
}

const APART = { a: ['front'], b: ['back'] };

it('two sides of a project may become one bundle with a warning', () => {
  expect(joined(undefined, APART)).toEqual(['warning NETWORKS_JOINED']);
  expect(joined('OMNISTRATE_DEDICATED_TENANCY', APART)).toEqual(['warning NETWORKS_JOINED']);
});

it('where tenants share machines, two sides of a project never become one bundle', () => {
  expect(joined('OMNISTRATE_MULTI_TENANCY', APART)).toEqual(['error NETWORKS_JOINED']);
  expect(joined('OMNISTRATE_MULTI_TENANCY', { a: ['front', 'back'], b: ['back'] })).toEqual([]);
});
