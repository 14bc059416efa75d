/** What the platform of a service plan ignores of Compose, and what takes its place in a bundle. */
import { asObject } from '../../compose/json.js';
import type { Json } from '../../compose/project.js';
import type { Group } from '../select-members.js';

export interface IgnoredKey {
  readonly key: string;
  /** Members that use it; for `security_opt` the bundles, whose own service does. */
  readonly services: readonly string[];
  readonly instead: string;
}

/** From the platform's guide to its compose files. */
const INSTEAD: Readonly<Record<string, string>> = {
  container_name: 'the name of the service; it still resolves between members of one bundle',
  extra_hosts: 'the bundle writes the hosts file of each member',
  healthcheck: 'hooks HEALTH_CHECK and READINESS_CHECK, which ask bundle-status --health',
  hostname: 'on rungs with namespaces the member keeps its own',
  init: 'the bundle reaps what members leave',
  logging: 'the platform reads the log of the bundle, in which each line names its member',
  networks: 'members find each other inside the bundle; others by $SERVICE.sys.network.internalEndpoint',
  sysctls: 'nothing',
  tmpfs: 'the bundle mounts it in the member',
};

const SECURITY = 'rung chroot: members have roots of their own, and no namespaces of their own';

/** Sorted by key. `networks` counts only where somebody names one. */
export function ignoredKeys(groups: readonly Group[]): readonly IgnoredKey[] {
  const members = groups.flatMap((group) => group.members.map(({ service }) => service));
  const used = Object.entries(INSTEAD).flatMap(([key, instead]): IgnoredKey[] => {
    const services = members.filter(({ written }) => isUsed(key, written[key])).map(({ name }) => name);
    return services.length === 0 ? [] : [{ key, services: services.sort(), instead }];
  });
  return [...used, { key: 'security_opt', services: groups.map(({ key }) => key), instead: SECURITY }];
}

/** Compose itself adds the network `default`. */
function isUsed(key: string, value: Json | undefined): boolean {
  if (value === undefined || value === null) return false;
  const networks = key === 'networks' ? Object.entries(asObject(value)) : [];
  return key !== 'networks' || networks.some(([name, settings]) => name !== 'default' || settings !== null);
}
