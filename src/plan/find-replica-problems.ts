/** Replicas that one container cannot hold. */
import type { Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { replicasOf } from './expand-replicas.js';
import type { Member } from './plan.js';
import { planProblems } from './plan-problems.js';

/** A port has one owner, and no replica at all is no member. */
export function findReplicaProblems(
  service: Service,
  members: readonly Pick<Member, 'service' | 'ports'>[],
  locate: Locate,
): readonly Problem[] {
  const count = replicasOf(service);
  if (count === 1) return [];
  const path = service.resolved.scale === undefined ? ['deploy', 'replicas'] : ['scale'];
  const refuse = (why: string) => [
    planProblems.REPLICAS_REFUSED(service.name, count, locate(['services', service.name, ...path]), why),
  ];
  if (count === 0) return refuse('a service without replicas has nothing to run');
  const member = members.find((one) => one.service === service.name);
  const port = member?.ports.find(({ evidence }) => evidence !== 'image');
  return port === undefined
    ? []
    : refuse(`it listens on port ${port.port}, and in a bundle a port has one owner`);
}
