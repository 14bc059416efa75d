/** The names by which services reach each other, and on which networks. */
import { asObject, asText, asTexts } from '../compose/json.js';
import type { Service } from '../compose/project.js';

/** Keys of `networks` of a service; Compose adds `default` itself. */
export function networksOf(service: Service): readonly string[] {
  return Object.keys(asObject(service.resolved.networks)).sort();
}

/**
 * Names of a service on one of its networks: those by which it is addressed, and its host name (moby,
 * buildEndpointDNSNames; the Engine 20.10 adds that to the aliases).
 */
export function namesOn(project: string, service: Service, network: string): readonly string[] {
  const host = asText(service.resolved.hostname) ?? '';
  const own = HOST_NAME.test(host) ? [host] : [];
  return [...new Set([...addressesOn(project, service, network), ...own])].sort();
}

/** Its own name, its container's, its aliases there. Host names often say only which machine it is. */
export function addressesOn(project: string, service: Service, network: string): readonly string[] {
  const aliases = asTexts(asObject(asObject(service.resolved.networks)[network]).aliases);
  return [service.name, containerName(project, service), ...aliases];
}

/** As Compose makes it; of replicas the first one's. */
export function containerName(project: string, { name, resolved }: Service): string {
  return asText(resolved.container_name) ?? `${project}-${name}-1`;
}

/** RFC 1123, with the underscores that resolvers let through. */
const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Aliases of links to other members → the member that each stands for. */
export function linksTo(service: Service, members: ReadonlySet<string>): Readonly<Record<string, string>> {
  const links = asTexts(service.resolved.links)
    .map((link) => link.split(':'))
    .filter(([name = '']) => members.has(name))
    .map(([name = '', alias]) => [alias ?? name, name] as const);
  return Object.fromEntries(links.sort(([a], [b]) => (a < b ? -1 : 1)));
}
