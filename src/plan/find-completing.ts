/** Bundles that end by themselves, with their work done. */
import type { Service } from '../compose/project.js';
import { replicaNames } from './expand-replicas.js';
import { dependenciesOf } from './order-members.js';
import type { Plan } from './plan.js';

/**
 * Keys of those in which somebody waits for the completion of every member, and none is started again after that. A member that
 * nobody waits for so may run for ever: Compose's own default is not to restart.
 */
export function findCompleting(
  bundles: readonly Pick<Plan, 'bundle' | 'members'>[],
  services: readonly Service[],
): ReadonlySet<string> {
  const awaited = new Set(
    services
      .flatMap(dependenciesOf)
      .filter(({ condition }) => condition === 'service_completed_successfully')
      .map(({ service }) => service),
  );
  const completed = new Set(services.filter(({ name }) => awaited.has(name)).flatMap(replicaNames));
  const ends = bundles.filter(({ members }) =>
    members.every(({ service, program }) => completed.has(service) && program.autorestart !== 'true'),
  );
  return new Set(ends.map(({ bundle }) => bundle));
}
