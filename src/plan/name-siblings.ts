/** The names by which services reach each other, and on which networks. */
import { asObject, asText, asTexts } from '../compose/json.js';
import type { Service } from '../compose/project.js';

/** Keys of `networks` of a service; Compose adds `default` itself. */
export function networksOf(service: Service): readonly string[] {
  return Object.keys(asObject(service.resolved.networks)).sort();
}

/** Names of a service on one of its networks: its own, its container's, its aliases there. */
export function namesOn(project: string, service: Service, network: string): readonly string[] {
  const aliases = asTexts(asObject(asObject(service.resolved.networks)[network]).aliases);
  const container = asText(service.resolved.container_name) ?? `${project}-${service.name}-1`;
  return [...new Set([service.name, container, ...aliases])].sort();
}

/** Aliases of links to other members → the member that each stands for. */
export function linksTo(service: Service, members: ReadonlySet<string>): Readonly<Record<string, string>> {
  const links = asTexts(service.resolved.links)
    .map((link) => link.split(':'))
    .filter(([name = '']) => members.has(name))
    .map(([name = '', alias]) => [alias ?? name, name] as const);
  return Object.fromEntries(links.sort(([a], [b]) => (a < b ? -1 : 1)));
}
