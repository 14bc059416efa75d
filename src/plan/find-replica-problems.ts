/** Replicas that one container cannot hold. */
import type { Project, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { replicaNames, replicasOf } from './expand-replicas.js';
import type { Member } from './plan.js';
import { planProblems } from './plan-problems.js';

/** A port has one owner, a name one service, and no replica at all is no member. */
export function findReplicaProblems(
  service: Service,
  members: readonly Pick<Member, 'service' | 'ports'>[],
  { services, inactive, locate }: Pick<Project, 'services' | 'inactive' | 'locate'>,
): readonly Problem[] {
  const count = replicasOf(service);
  if (count === 1) return [];
  const path = service.resolved.scale === undefined ? ['deploy', 'replicas'] : ['scale'];
  const at = locate(['services', service.name, ...path]);
  const refuse = (why: string, remedy?: string) => [
    planProblems.REPLICAS_REFUSED(service.name, count, at, why, remedy),
  ];
  if (count === 0) return refuse('a service without replicas has nothing to run');
  const names = new Set([...services.map(({ name }) => name), ...Object.keys(inactive)]);
  const taken = replicaNames(service).find((name) => name !== service.name && names.has(name));
  if (taken !== undefined)
    return refuse(`its replica would be named "${taken}", as another service is`, ', rename the other');
  const member = members.find((one) => one.service === service.name);
  const port = member?.ports.find(({ evidence }) => evidence !== 'image');
  return port === undefined
    ? []
    : refuse(
        `it listens on port ${port.port}, and in a bundle a port has one owner`,
        ', say with x-bundle: {ports: []} that it listens on none',
      );
}
