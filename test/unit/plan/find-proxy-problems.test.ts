import { expect, it } from 'vitest';
import type { JsonObject, Service } from '../../../src/compose/project.js';
import { findProxyProblems } from '../../../src/plan/find-proxy-problems.js';
import type { Member } from '../../../src/plan/plan.js';

const PORT = { port: 80, protocol: 'tcp', evidence: 'image' } as const;

/** Members by name, all of which listen. */
function problems(services: Readonly<Record<string, JsonObject>>): readonly string[] {
  const all = Object.entries(services).map(
    ([name, resolved]): Service => ({ name, resolved, written: resolved }),
  );
  const members = all.map(({ name }) => ({ service: name, ports: [PORT] }) as unknown as Member);
  return findProxyProblems(all, members, () => undefined).map(({ message, fix }) => `${message}: ${fix}`);
}

const labels = (...entries: readonly string[]) => ({
  labels: Object.fromEntries(entries.map((entry) => [`traefik.http.${entry}`, 'x'])),
});
const port = (name: string) => `services.${name}.loadbalancer.server.port`;

it('who leaves the port to Traefik is told that it takes the bundle’s', () => {
  expect(problems({ db: {}, web: labels('routers.web.rule') })).toEqual([
    '"labels: traefik" of service "web" means less in a bundle: say it: traefik.http.services.web.loadbalancer.server.port',
  ]);
  expect(problems({ db: {}, web: labels('routers.web.rule', port('web')) })).toEqual([]);
  expect(problems({ web: labels('routers.web.rule') })).toEqual([]);
  const off = { labels: { ...labels('routers.web.rule').labels, 'traefik.enable': 'false' } };
  expect(problems({ db: {}, web: off })).toEqual([]);
});

it('who leaves the name of the host to Traefik is told that it is the bundle’s', () => {
  const told = (name: string) =>
    `"labels: traefik" of service "${name}" means less in a bundle: say it: traefik.http.routers.NAME.rule=Host(\`…\`)`;
  expect(problems({ db: {}, web: labels(port('web')) })).toEqual([told('web')]);
  expect(problems({ db: {}, web: labels('routers.web.tls', port('web')) })).toEqual([told('web')]);
  expect(problems({ db: { labels: { 'traefik.enable': 'false' } }, web: {} })).toEqual([]);
  const udp = {
    'traefik.udp.routers.dns.entrypoints': 'dns',
    'traefik.udp.services.dns.loadbalancer.server.port': '53',
  };
  expect(problems({ db: {}, web: { labels: udp } })).toEqual([]);
});

it('commands that others run in the container go through bundle-exec', () => {
  for (const label of [
    'ofelia.job-exec.cron.command',
    'deck-chores.dump.command',
    'docker-volume-backup.archive-pre',
    'com.centurylinklabs.watchtower.lifecycle.pre-update',
  ])
    expect(problems({ db: {}, web: { labels: { [label]: 'php x', 'traefik.enable': 'false' } } })).toEqual([
      `"labels: ${label}" of service "web" means less in a bundle: begin the command with /usr/bin/bundle-exec web`,
    ]);
  expect(
    problems({
      db: {},
      web: { labels: { 'ofelia.job-run.x.command': 'y', 'ofelia.job-exec.x.schedule': 'z' } },
    }),
  ).toEqual([]);
});

it('labels that stop or restart the container do so to all members', () => {
  for (const label of ['autoheal', 'docker-volume-backup.stop-during-backup']) {
    expect(problems({ db: {}, web: { labels: { [label]: 'true' } } })).toEqual([
      `"labels: ${label}" of service "web" means less in a bundle: remove the label, or leave the service out: --exclude web`,
    ]);
    expect(problems({ db: {}, web: { labels: { [label]: 'false' } } })).toEqual([]);
  }
});

it('a command that goes through bundle-exec is as it should be', () => {
  const labels = { 'ofelia.job-exec.cron.command': '/usr/bin/bundle-exec web php x' };
  expect(problems({ db: {}, web: { labels } })).toEqual([]);
});

it('routers of two members name their services', () => {
  const own = (name: string) => labels(`routers.${name}.rule`, port(name));
  expect(problems({ api: own('api'), web: own('web') })).toEqual([
    '"labels: routers.api" of service "api" means less in a bundle: say it: traefik.http.routers.api.service=api, and traefik.http.services.api.loadbalancer.server.port',
    '"labels: routers.web" of service "web" means less in a bundle: say it: traefik.http.routers.web.service=web, and traefik.http.services.web.loadbalancer.server.port',
  ]);
  const full = (name: string) => labels(`routers.${name}.rule`, `routers.${name}.service`, port(name));
  expect(problems({ api: full('api'), web: full('web') })).toEqual([]);
});

it('variables of nginx-proxy are said to have other names in the container', () => {
  const web = { environment: { VIRTUAL_HOST: 'a.example', VIRTUAL_PORT: '80', OTHER: 'x' } };
  expect(problems({ db: {}, web })).toEqual([
    '"environment: VIRTUAL_HOST" of service "web" means less in a bundle: let the proxy know the bundle by other means, or leave the service out: --exclude web',
  ]);
});
