/** The bundle has one endpoint on each network: its settings must be the same for all members that have some. */
import type { Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { uniteEqual } from './unite-values.js';

const SETTINGS = [
  'driver_opts',
  'gw_priority',
  'interface_name',
  'ipv4_address',
  'ipv6_address',
  'mac_address',
  'priority',
];

export function findEndpointClashes(
  members: readonly Service[],
  networks: readonly string[],
  locate: Locate,
): readonly Problem[] {
  return networks.flatMap((network) =>
    SETTINGS.flatMap((key) => uniteEqual(members, ['networks', network, key], locate).problems),
  );
}
