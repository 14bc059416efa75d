import { expect, it } from 'vitest';
import type { JsonObject, Service } from '../../../src/compose/project.js';
import type { ImageFacts } from '../../../src/images/image-facts.js';
import { uniteExposed } from '../../../src/plan/unite-exposed.js';
import { fakeProject } from './fake-project.js';

const service = (name: string, expose: readonly string[]): Service => ({
  name,
  written: {},
  resolved: { expose },
});
const image = (...exposedPorts: readonly string[]) => ({ config: { exposedPorts } }) as ImageFacts;

function exposed(top: JsonObject = {}, united: JsonObject = {}) {
  const services = [service('a', ['8080', '3000-3005/udp']), service('b', ['8080/tcp']), service('c', [])];
  const images = new Map([
    ['a', image('80/tcp', '53/udp')],
    ['b', image('80')],
  ]);
  return uniteExposed(services, images, fakeProject(services, top), united);
}

it('a bundle exposes what its members said, and what their images did', () => {
  expect(exposed()).toEqual({ expose: ['53/udp', '80', '3000-3005/udp', '8080'] });
});

it('a platform reads no more than the members said', () => {
  expect(exposed({ 'x-omnistrate-service-plan': {} })).toEqual({
    expose: ['3000-3005/udp', '8080'],
  });
});

it('a bundle in the network of another container exposes nothing there', () => {
  expect(exposed({}, { network_mode: 'service:vpn' })).toEqual({});
  expect(exposed({}, { network_mode: 'host' })).not.toEqual({});
});
