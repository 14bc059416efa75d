/** Members that listen where a user namespace is refused, or may do so. */
import type { Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { areOnHost, firstFreePort, lowPorts } from './low-ports.js';
import { networkProblems } from './network-problems.js';
import type { Member } from './plan.js';
import { planProblems } from './plan-problems.js';

/** To be asked where the default rung is all that the container gets. */
export function findLowPorts(
  members: readonly Member[],
  services: readonly Service[],
  locate: Locate,
): readonly Problem[] {
  const firstFree = firstFreePort(services);
  if (firstFree === 0) return [];
  const isOnHost = areOnHost(services);
  const key = isOnHost ? 'network_mode' : 'sysctls';
  return members.flatMap(({ service, ports, process }): readonly Problem[] => {
    const at = locate(['services', service, key]) ?? locate(['services', service]);
    const low = lowPorts(ports, process, firstFree);
    if (low.length > 0)
      return [
        planProblems.NEEDS_GRANT(
          service,
          `port ${low.join(', ')}`,
          at,
          `a user namespace may not listen below ${firstFree} on ${isOnHost ? 'the host’s network' : 'this network'}`,
        ),
      ];
    return isOnHost && ports.length === 0 && process.capabilities.includes('CAP_NET_BIND_SERVICE')
      ? [networkProblems.LOW_PORTS_MAYBE(service, firstFree, at)]
      : [];
  });
}
