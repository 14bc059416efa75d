import { expect, it } from 'vitest';
import type { JsonObject, Service } from '../../../src/compose/project.js';
import type { Member, MemberPort } from '../../../src/plan/plan.js';
import { uniteExposed } from '../../../src/plan/unite-exposed.js';
import { fakeProject } from './fake-project.js';

const service = (expose: readonly string[]): Service => ({ name: 'a', written: {}, resolved: { expose } });
const member = (...ports: readonly MemberPort[]) => ({ ports }) as unknown as Member;
const port = (
  number: number,
  evidence: MemberPort['evidence'],
  protocol: MemberPort['protocol'] = 'tcp',
) => ({
  port: number,
  protocol,
  evidence,
});

function exposed(top: JsonObject = {}, united: JsonObject = {}) {
  const services = [service(['8080', '3000-3005/udp']), service(['8080/tcp'])];
  const members = [member(port(80, 'image'), port(53, 'image', 'udp')), member(port(443, 'published'))];
  return uniteExposed(services, members, fakeProject(services, top), united);
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
