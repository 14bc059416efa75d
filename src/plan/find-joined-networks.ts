/** Members that shared no network share one in the bundle: said, because it was a separation (design D8). */
import type { Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { networksOf } from './name-siblings.js';
import { planProblems } from './plan-problems.js';

export function findJoinedNetworks(members: readonly Service[], locate: Locate): readonly Problem[] {
  return members.flatMap((second, index) => {
    const first = members.slice(0, index).find((other) => !sharesNetwork(other, second));
    return first === undefined
      ? []
      : [
          planProblems.NETWORKS_JOINED(
            first.name,
            second.name,
            locate(['services', second.name, 'networks']),
          ),
        ];
  });
}

function sharesNetwork(a: Service, b: Service): boolean {
  const networks = new Set(networksOf(a));
  return networksOf(b).some((network) => networks.has(network));
}
