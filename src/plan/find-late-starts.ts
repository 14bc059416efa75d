/** Members that start after their bundle: "started" means more of them than of their container. */
import type { Service } from '../compose/project.js';
import { dependenciesOf } from './order-members.js';

/**
 * Those of one bundle that wait in it, themselves or what they wait for, until something is ready or done. Who waits
 * for the start of such a one waits for that as well: Compose starts in order of dependencies (Compose Specification,
 * `depends_on`).
 */
export function findLateStarts(members: readonly Service[]): ReadonlySet<string> {
  const byName = new Map(members.map((service) => [service.name, service]));
  const known = new Map<string, boolean>();
  const isLate = (service: Service): boolean => {
    const found = known.get(service.name);
    if (found !== undefined) return found;
    known.set(service.name, false); // where it waits for itself: refused elsewhere
    const answer = dependenciesOf(service).some(({ service: name, condition }) => {
      const next = byName.get(name);
      return next !== undefined && (condition !== 'service_started' || isLate(next));
    });
    known.set(service.name, answer);
    return answer;
  };
  return new Set(members.filter(isLate).map(({ name }) => name));
}
