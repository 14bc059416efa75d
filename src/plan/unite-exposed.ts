/** `expose` of the bundle: what proxies that watch the Engine (Traefik, nginx-proxy) read of a container's ports. */
import { asText, asTexts } from '../compose/json.js';
import type { JsonObject, Project, Service } from '../compose/project.js';
import type { ImageFacts } from '../images/image-facts.js';
import { isOfPlan } from '../tenancy/service-plan/read-service-plan.js';

/**
 * All members' `expose`, and the ports of their images, which they had as containers. A
 * platform, which may open what it reads here, gets only the first. Published ports are exposed anyway. With the values
 * of today: Compose refuses a list in which two expressions come to one port. The Engine refuses the key beside the
 * network of another container (moby, ErrConflictNetworkExposePorts).
 */
export function uniteExposed(
  services: readonly Service[],
  images: ReadonlyMap<string, ImageFacts>,
  project: Project,
  { network_mode: mode }: JsonObject,
): JsonObject {
  if (/^(?:service|container):/.test(asText(mode) ?? '')) return {};
  const said = services.flatMap((service) => asTexts(service.resolved.expose));
  const known = services.flatMap(({ name }) => images.get(name)?.config.exposedPorts ?? []);
  const all = [...said, ...(isOfPlan(project) ? [] : known)].map((port) => port.replace(/\/tcp$/, ''));
  return all.length === 0 ? {} : { expose: [...new Set(all)].sort(byNumber) };
}

function byNumber(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1);
}
