import { expect, it } from 'vitest';
import type { JsonObject, Service } from '../../../src/compose/project.js';
import { findJoinedNetworks } from '../../../src/plan/find-joined-networks.js';
import { fakeProject } from './fake-project.js';

interface Surroundings {
  readonly tenancyType?: string;
  /** Top-level settings of networks. */
  readonly settings?: JsonObject;
}

/** Services by name, with their networks. */
function joined(
  networks: Readonly<Record<string, readonly string[]>>,
  { tenancyType, settings = {} }: Surroundings = {},
) {
  const services = Object.entries(networks).map(([name, names]): Service => {
    const written = { networks: Object.fromEntries(names.map((network) => [network, null])) };
    return { name, resolved: written, written };
  });
  const plan = tenancyType === undefined ? {} : { 'x-omnistrate-service-plan': { tenancyType } };
  const project = { ...fakeProject(services, plan), resolved: { networks: settings } };
  return findJoinedNetworks(services, project).map(
    ({ code, severity, message }) => `${severity} ${code}: ${message}`,
  );
}

it('members without a network did not share a loopback either', () => {
  const alone = (name: string): Service => {
    const keys = { network_mode: 'none' };
    return { name, resolved: keys, written: keys };
  };
  const services = [alone('a'), alone('b')];
  expect(findJoinedNetworks(services, fakeProject(services)).map(({ code }) => code)).toEqual([
    'NETWORKS_JOINED',
  ]);
  expect(findJoinedNetworks(services.slice(1), fakeProject(services))).toEqual([]);
  // As joined members are: with the network of the one that they name.
  const joined = { name: 'b', resolved: { network_mode: 'service:a' }, written: {} };
  expect(findJoinedNetworks(services, fakeProject([alone('a'), joined]))).toEqual([]);
});

const APART = { a: ['front'], b: ['back'] };
const JOINED = 'NETWORKS_JOINED: services "a" and "b" shared no network, and do in the bundle';

it('two sides of a project may become one bundle with a warning', () => {
  expect(joined(APART)).toEqual([`warning ${JOINED}`]);
  expect(joined(APART, { tenancyType: 'OMNISTRATE_DEDICATED_TENANCY' })).toEqual([`warning ${JOINED}`]);
});

it('where tenants share machines, two sides of a project never become one bundle', () => {
  const tenancyType = 'OMNISTRATE_MULTI_TENANCY';
  expect(joined(APART, { tenancyType })).toEqual([`error ${JOINED}`]);
  expect(joined({ a: ['front', 'back'], b: ['back'] }, { tenancyType })).toEqual([]);
});

it('who had no way outside does not get one from a member that has', () => {
  const settings = { back: { internal: true }, more: { internal: true }, front: null };
  expect(joined({ db: ['back'], web: ['back', 'front'] }, { settings })).toEqual([
    'error TRUST_CLASH: services "db" (internal) and "web" (internal and open) are on networks of different trust',
  ]);
  expect(joined({ db: ['back'], cache: ['back', 'more'] }, { settings })).toEqual([]);
});

it('marks of networks say what is trusted alike, and what is not', () => {
  const marked = (trust: string) => ({ 'x-bundle': { trust } });
  const alike = { back: { internal: true, ...marked('open') } };
  expect(joined({ db: ['back'], web: ['back', 'front'] }, { settings: alike })).toEqual([]);
  const cards = { cards: marked('pci') };
  expect(joined({ pay: ['cards'], shop: ['cards', 'front'], web: ['front'] }, { settings: cards })).toEqual([
    'error TRUST_CLASH: services "pay" (pci) and "shop" (open and pci) are on networks of different trust',
    'error TRUST_CLASH: services "pay" (pci) and "web" (open) are on networks of different trust',
  ]);
});
