/** What ports a service is known to listen on, with the evidence for it. */
import { asList, asObject, asText, asTexts } from '../compose/json.js';
import { oncePer } from '../compose/once-per.js';
import type { Service } from '../compose/project.js';
import type { ImageConfig } from '../images/image-facts.js';
import type { Overrides } from '../tenancy/x-bundle.js';
import type { MemberPort } from './plan.js';

/** `addressed`: ports at which others name this service (`redis://cache:6379`). */
export function findPorts(
  service: Service,
  image: ImageConfig,
  overrides: Overrides,
  addressed: readonly number[],
): readonly MemberPort[] {
  const published = asList(service.resolved.ports).map((port) =>
    portOf(asObject(port).target, asObject(port).protocol, 'published'),
  );
  const declared = (overrides.ports ?? []).map((port) => portOf(port, 'tcp', 'x-bundle'));
  if (overrides.ports !== undefined) return unique([...published, ...declared]);
  const exposed = asTexts(service.resolved.expose).flatMap((text) => portsFrom(text, 'expose'));
  const urls = addressed.map((port) => portOf(port, 'tcp', 'url'));
  const own = image.exposedPorts.flatMap((text) => portsFrom(text, 'image'));
  return unique([...published, ...exposed, ...urls, ...own]);
}

/** `host:port` in the values of all services, by host. Only port numbers ever leave this analysis. */
export const addressedPorts = oncePer(
  (services: readonly Service[]): ReadonlyMap<string, readonly number[]> => {
    const found = new Map<string, number[]>();
    for (const { host, port } of services.flatMap(textsOf).flatMap(addressesIn)) {
      const ports = found.get(host) ?? [];
      if (ports.length === 0) found.set(host, ports);
      if (!ports.includes(port)) ports.push(port);
    }
    return found;
  },
);

function addressesIn(text: string) {
  const all = [...text.matchAll(ADDRESS)].map(([, host = '', port]) => ({ host, port: Number(port) }));
  return all.filter(({ port }) => port <= LAST_PORT);
}

/**
 * A port ends its word, or its part of an address (RFC 3986, 3.2). What stands before an `@` is a user and a password, of
 * which no digit may get into the plan.
 */
const ADDRESS =
  /(?<![A-Za-z0-9._-])([A-Za-z0-9._-]{1,255}):(\d{2,5})(?=$|[\s/?#,;"')\]}|])(?![^\s/]{0,4096}@)/g;
const LAST_PORT = 65_535;

/** Strings of a service in which addresses of others stand. */
function textsOf(service: Service): readonly string[] {
  const environment = Object.values(asObject(service.resolved.environment)).map(asText);
  const words = [...asTexts(service.resolved.command), ...asTexts(service.resolved.entrypoint)];
  return [...environment.filter((text) => text !== undefined), ...words];
}

/** `PORT[-PORT][/PROTOCOL]` (Compose Specification, `expose`). */
function portsFrom(text: string, evidence: MemberPort['evidence']): readonly MemberPort[] {
  const [ports = '', protocol] = text.split('/');
  const [first = Number.NaN, last = first] = ports.split('-').map(Number);
  const count = Math.max(0, Math.min(last, LAST_PORT) - first + 1) || 0;
  return Array.from({ length: count }, (_, index) => portOf(first + index, protocol, evidence));
}

function portOf(port: unknown, protocol: unknown, evidence: MemberPort['evidence']): MemberPort {
  return { port: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp', evidence };
}

/** The strongest evidence for each port, sorted by port. */
function unique(ports: readonly MemberPort[]): readonly MemberPort[] {
  const byKey = new Map<string, MemberPort>();
  for (const port of ports) {
    const key = `${port.port}/${port.protocol}`;
    if (Number.isInteger(port.port) && !byKey.has(key)) byKey.set(key, port);
  }
  return [...byKey.values()].sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1));
}
