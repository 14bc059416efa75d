/** Ports that only NET_BIND_SERVICE over the network opens, which a user namespace cannot have (design §8.5). */
import { asObject, asText } from '../compose/json.js';
import type { Service } from '../compose/project.js';
import type { MemberPort, ProcessLimits } from './plan.js';

/** The kernel parameter that says from which port on everybody may listen. */
export const FREE_PORTS = 'net.ipv4.ip_unprivileged_port_start';

/** What the kernel has where nobody set it: on a network of the host. */
const KERNEL_DEFAULT = 1024;

/**
 * The first port that members may listen on without a capability. Docker sets 0 in a container's own network
 * (Engine 20.10, `daemon/oci_linux.go`), a service can set another, and the host's network has what the host has.
 */
export function firstFreePort(members: readonly Service[]): number {
  const set = members.flatMap(({ resolved }) => asText(asObject(resolved.sysctls)[FREE_PORTS]) ?? []);
  if (areOnHost(members)) return KERNEL_DEFAULT;
  return Math.max(0, ...set.map(Number).filter(Number.isInteger));
}

/** Whether all are on the host's network; where only some are, they make no bundle. */
export function areOnHost(members: readonly Service[]): boolean {
  return members.every(({ resolved }) => resolved.network_mode === 'host');
}

/** Those of `ports` that a member could open in a container of its own, and not in a user namespace. */
export function lowPorts(
  ports: readonly MemberPort[],
  { capabilities }: ProcessLimits,
  firstFree: number,
): readonly number[] {
  if (!capabilities.includes('CAP_NET_BIND_SERVICE')) return [];
  return [...new Set(ports.map(({ port }) => port).filter((port) => port < firstFree))];
}
