/** Start order: the depth of each member in the graph of `depends_on`. */
import { asObject, asText, asTexts } from '../compose/json.js';
import type { Service } from '../compose/project.js';
import type { Dependency } from './plan.js';

/** `depends_on` in its long form; links count as dependencies, as in Compose. */
export function dependenciesOf(service: Service): readonly Dependency[] {
  const listed = Object.entries(asObject(service.resolved.depends_on)).map(([name, value]) => {
    const options = asObject(value);
    return {
      service: name,
      condition: (asText(options.condition) ?? 'service_started') as Dependency['condition'],
      required: options.required !== false,
      restart: options.restart === true,
    };
  });
  const known = new Set(listed.map((dependency) => dependency.service));
  const linked = asTexts(service.resolved.links)
    .map((link) => link.split(':')[0] ?? '')
    .filter((name) => !known.has(name))
    .map((name) => ({ service: name, condition: 'service_started' as const, required: true, restart: true }));
  return [...listed, ...linked].sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** Longest chain of dependencies below each member; services that are not members do not count. */
export function depthsOf(members: readonly Service[]): ReadonlyMap<string, number> {
  const byName = new Map(members.map((service) => [service.name, service]));
  const depths = new Map<string, number>();
  const visit = (service: Service, path: readonly string[]): number => {
    const known = depths.get(service.name);
    if (known !== undefined) return known;
    const below = dependenciesOf(service)
      .map((dependency) => byName.get(dependency.service))
      .filter((next) => next !== undefined)
      .filter((next) => !path.includes(next.name))
      .map((next) => visit(next, [...path, service.name]) + 1);
    const depth = Math.max(0, ...below);
    depths.set(service.name, depth);
    return depth;
  };
  for (const service of members) visit(service, []);
  return depths;
}
