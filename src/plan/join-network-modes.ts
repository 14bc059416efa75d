/** `network_mode` of the members: one network namespace, so one mode. */
import { asObject, asText } from '../compose/json.js';
import type { JsonObject, Locate, Service } from '../compose/project.js';
import type { Selected } from '../tenancy/select-members.js';
import { planProblems } from './plan-problems.js';
import type { United } from './unite-values.js';

/**
 * Members that use another member's network are on its networks, which in a bundle they are anyway, and have the
 * `extra_hosts` and `hostname` that it says (the Engine's `initializeNetworkingPaths`).
 */
export function joinNetworkModes(members: readonly Selected[]): readonly Selected[] {
  const byName = new Map(members.map(({ service }) => [service.name, service]));
  return members.map((selected) => {
    const owner = ownerOf(selected.service, byName);
    if (owner === selected.service) return selected;
    const networks = Object.keys(asObject(owner.resolved.networks)).map((name) => [name, null] as const);
    const resolved: JsonObject = {
      ...selected.service.resolved,
      network_mode: owner.resolved.network_mode ?? null,
      networks: Object.fromEntries(networks),
    };
    const written = { ...selected.service.written, ...namesOf(owner, 'written') };
    const service = {
      ...selected.service,
      written,
      resolved: { ...resolved, ...namesOf(owner, 'resolved') },
    };
    return { ...selected, service };
  });
}

function namesOf(owner: Service, form: 'written' | 'resolved'): JsonObject {
  const { extra_hosts, hostname } = owner[form];
  return {
    ...(extra_hosts === undefined ? {} : { extra_hosts }),
    ...(hostname === undefined ? {} : { hostname }),
  };
}

/** Whose network a service is on: its own, or that of the last one that `network_mode: service:` leads to. */
export function ownerOf(service: Service, members: ReadonlyMap<string, Service>): Service {
  const seen = new Set<string>();
  let owner = service;
  for (;;) {
    const mode = asText(owner.resolved.network_mode) ?? '';
    const next = mode.startsWith('service:') ? members.get(mode.slice('service:'.length)) : undefined;
    if (next === undefined || seen.has(next.name)) return owner;
    seen.add(next.name);
    owner = next;
  }
}

/** The mode that all members have; none when they are on networks. To be asked of joined members. */
export function uniteNetworkMode(members: readonly Service[], locate: Locate): United {
  const modeOf = ({ resolved }: Service) => asText(resolved.network_mode);
  const [first] = members;
  if (first === undefined) return { service: {}, problems: [] };
  const problems = members
    .filter((member) => modeOf(member) !== modeOf(first))
    .map(({ name }) =>
      planProblems.UNITE_CLASH('network_mode', first.name, name, locate(['services', name, 'network_mode'])),
    );
  const mode = modeOf(first);
  return { service: mode === undefined ? {} : { network_mode: mode }, problems };
}
