/** Networks of the top level in a stack: overlays, since tasks find each other from machine to machine. */
import { asList, asObject, asText } from '../compose/json.js';
import type { JsonObject } from '../compose/project.js';
import type { Losses } from './stack-losses.js';

/** Compose's own default, and what only that driver reads: without a driver `docker stack deploy` makes an overlay. */
const BRIDGE = 'bridge';
const BRIDGE_OPTION = 'com.docker.network.bridge.';

/** The Engine refuses services on networks of these drivers ("only networks scoped to the swarm can be used"). */
const OF_ONE_MACHINE = ['host', 'ipvlan', 'macvlan', 'none'];

const NO_FAMILY = 'the loader of stacks does not know it';
const SUBNETS_ALONE = 'the loader of stacks takes the subnets of a network alone';

/** The network without what only a bridge understands. */
export function stackNetwork(written: JsonObject): JsonObject {
  const { driver, driver_opts, ...rest } = written;
  const options = Object.entries(asObject(driver_opts)).filter(([name]) => !name.startsWith(BRIDGE_OPTION));
  return {
    ...rest,
    ...(driver === undefined || driver === BRIDGE ? {} : { driver }),
    ...(options.length === 0 ? {} : { driver_opts: Object.fromEntries(options) }),
  };
}

export function networkLosses(written: JsonObject): Losses {
  const driver = asText(written.driver) ?? '';
  const options = Object.keys(asObject(written.driver_opts)).filter((name) => name.startsWith(BRIDGE_OPTION));
  const families = ['enable_ipv4', 'enable_ipv6'].filter((key) => written[key] !== undefined);
  return {
    ignored: [...(driver === BRIDGE ? ['driver'] : []), ...options.map((name) => `driver_opts.${name}`)],
    refused: {
      ...Object.fromEntries(families.map((key) => [key, NO_FAMILY])),
      ...(OF_ONE_MACHINE.includes(driver)
        ? { driver: `a network of driver ${driver} ends at its machine, and tasks run on any` }
        : {}),
      ...Object.fromEntries(foreignIpam(asObject(written.ipam)).map((key) => [key, SUBNETS_ALONE])),
    },
  };
}

function foreignIpam(ipam: JsonObject): readonly string[] {
  const ofPools = asList(ipam.config).flatMap((pool) =>
    Object.keys(asObject(pool))
      .filter((key) => key !== 'subnet')
      .map((key) => `config.${key}`),
  );
  const own = Object.keys(ipam).filter((key) => key !== 'config' && key !== 'driver');
  return [...new Set([...ofPools, ...own])].map((key) => `ipam.${key}`);
}
