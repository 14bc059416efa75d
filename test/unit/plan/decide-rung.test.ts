import { describe, expect, it } from 'vitest';
import { asObject, asTexts } from '../../../src/compose/json.js';
import type { JsonObject } from '../../../src/compose/project.js';
import type { ImageFacts } from '../../../src/images/image-facts.js';
import { decideProcess } from '../../../src/plan/decide-process.js';
import { decideRung } from '../../../src/plan/decide-rung.js';
import { firstFreePort, lowPorts } from '../../../src/plan/low-ports.js';

const PLAIN = { procUses: [], findsItself: false };

function needs(resolved: JsonObject, facts: Partial<ImageFacts>, ...args: string[]) {
  const service = { name: 'a', resolved, written: resolved };
  const process = decideProcess(service);
  const ports = [{ port: 80, protocol: 'tcp', evidence: 'x-bundle' }] as const;
  return decideRung(service, facts as ImageFacts, args, {
    ...process,
    lowPorts: lowPorts(ports, process, firstFreePort([service])),
    check: asTexts(asObject(resolved.healthcheck).test),
  });
}

describe('the least rung of a member', () => {
  it('is the chroot for a program that asks for nothing', () =>
    expect(needs({}, { programs: { node: PLAIN } }, 'node', 'server.js')).toEqual({
      rung: 'chroot',
      why: [],
    }));

  it.each<[string, JsonObject]>([
    ['a read-only root', { read_only: true }],
    ['a read-only tmpfs', { volumes: [{ type: 'tmpfs', target: '/x', read_only: true }] }],
    ['no syscall filter', { security_opt: ['seccomp=unconfined'] }],
  ])('is a user namespace for %s', (_, resolved) => expect(needs(resolved, {}, 'x').rung).toBe('userns'));

  it.each<[string, JsonObject]>([
    ['a port that everybody may have', { sysctls: { 'net.ipv4.ip_unprivileged_port_start': '80' } }],
    ['a port that it may not have anywhere', { network_mode: 'host', cap_drop: ['NET_BIND_SERVICE'] }],
  ])('is the chroot for %s', (_, resolved) => expect(needs(resolved, {}, 'x').rung).toBe('chroot'));

  it.each<[string, JsonObject]>([
    ['a capability over the network', { cap_add: ['NET_ADMIN'] }],
    ['a parameter of its IPC namespace', { sysctls: { 'kernel.shmmax': '5' } }],
    ['port 80 of the host', { network_mode: 'host' }],
    ['port 80 where the network keeps it', { sysctls: { 'net.ipv4.ip_unprivileged_port_start': '81' } }],
  ])('is sys-admin for %s', (_, resolved) => expect(needs(resolved, {}, 'x').rung).toBe('sys-admin'));

  it('counts what a script does only when it is what starts', () => {
    const programs = { '/start': { procUses: ['calls ps, which reads /proc'], findsItself: false } };
    expect(needs({}, { programs }, '/start').why).toEqual(['/start calls ps, which reads /proc']);
    expect(needs({}, { programs }, 'cat', '/start').rung).toBe('chroot');
  });

  it.each([
    [['CMD-SHELL', 'pgrep -f worker || exit 1'], ['its health check calls pgrep, which reads /proc']],
    [['CMD', '/usr/bin/pidof', 'worker'], ['its health check calls pidof, which reads /proc']],
    [['CMD', 'sh', '-c', 'ps | grep worker'], ['its health check calls ps, which reads /proc']],
    [['CMD', 'redis-cli', 'top'], []],
    [['CMD-SHELL', 'curl -f http://localhost/top'], []],
  ])('counts the health check %j', (test, why) =>
    expect(needs({ healthcheck: { test } }, {}, 'x').why).toEqual(why),
  );

  it('is a user namespace for a program that finds itself beside a busybox shell, and only there', () => {
    const programs = { java: { procUses: [], findsItself: true } };
    expect(needs({}, { programs, hasBusyboxShell: true }, 'java').rung).toBe('userns');
    expect(needs({}, { programs, hasBusyboxShell: false }, 'java').rung).toBe('chroot');
  });

  it('is a user namespace for .NET, whoever starts it', () => {
    const programs = { './api': { ...PLAIN, startsDotnet: true } };
    expect(needs({}, { programs }, 'tini', './api')).toEqual({
      rung: 'userns',
      why: ['./api starts .NET, which reads /proc/self/maps'],
    });
  });
});
