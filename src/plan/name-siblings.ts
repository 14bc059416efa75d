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

/** Every sibling's name (and the member's own) → the networks that both are on. */
export function siblingNames(
  project: string,
  service: Service,
  members: readonly Service[],
): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const add = (name: string, network: string) =>
    found.set(name, [...new Set([...(found.get(name) ?? []), network])].sort());
  for (const network of networksOf(service)) {
    for (const sibling of members.filter((other) => networksOf(other).includes(network))) {
      for (const name of namesOn(project, sibling, network)) add(name, network);
      for (const alias of linkAliases(service, sibling)) add(alias, network);
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function linkAliases(service: Service, sibling: Service): readonly string[] {
  return asTexts(service.resolved.links)
    .map((link) => link.split(':'))
    .filter(([name]) => name === sibling.name)
    .map(([name = '', alias]) => alias ?? name);
}
