/** Capabilities of the bundle on the platform. */
import { asList, asObject, isObject } from '../../compose/json.js';
import type { Json, JsonObject, Locate, Service } from '../../compose/project.js';
import { agree, type Merged, together } from './merged.js';

const CAPABILITIES = 'x-omnistrate-capabilities';

/** The bundle has one answer for all members; one that says nothing says the first word of the row. */
const EQUAL: Readonly<Record<string, { readonly absent: Json; readonly why: string }>> = {
  autoscaling: { absent: null, why: 'members are scaled together' },
  enableMultiZone: { absent: false, why: 'members are placed together' },
  enableCustomZone: { absent: false, why: 'members are placed together' },
  enableEndpointPerReplica: { absent: false, why: 'members have one endpoint' },
  networkType: { absent: null, why: 'members share one network' },
  backupConfiguration: { absent: null, why: 'members are backed up together' },
};

const LISTS = ['serviceAccountPolicies'];
const MAPS = ['sidecars'];
/** One member's wish that does no harm to the others. */
const SWITCHES = [
  'enableStableEgressIP',
  'stableEgressIP',
  'enableNodeLoadBalancer',
  'enableClusterLoadBalancer',
];

export function mergeCapabilities(members: readonly Service[], locate: Locate): Merged {
  const having = members.filter(({ written }) => written[CAPABILITIES] !== undefined);
  if (having.length === 0) return { keys: {}, problems: [] };
  const names = [
    ...new Set(having.flatMap(({ written }) => Object.keys(asObject(written[CAPABILITIES])))),
  ].sort();
  const { keys, problems } = together(names.map((name) => mergeOne(name, members, locate)));
  const said = Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== null));
  return { keys: { [CAPABILITIES]: said }, problems };
}

function mergeOne(name: string, members: readonly Service[], locate: Locate): Merged {
  const values = members.flatMap(({ written }) => asObject(written[CAPABILITIES])[name] ?? []);
  if (LISTS.includes(name)) return { keys: { [name]: joinLists(values) }, problems: [] };
  if (MAPS.includes(name)) return mergeSidecars(name, members, locate);
  if (SWITCHES.includes(name)) return { keys: { [name]: values.includes(true) }, problems: [] };
  const row = EQUAL[name];
  return agree(members, {
    path: [CAPABILITIES, name],
    locate,
    why: row?.why ?? 'the platform gives one of it to a service',
    ...(row === undefined ? {} : { absent: row.absent }),
    ...(row === undefined ? { fix: 'keep it at one member, or use x-omnistrate-load-balancer' } : {}),
  });
}

/** `{aws: [...], gcp: [...]}`: each list with what it has for every member. */
function joinLists(values: readonly Json[]): Json {
  const maps = values.filter(isObject);
  const clouds = [...new Set(maps.flatMap((map) => Object.keys(map)))].sort();
  return Object.fromEntries(
    clouds.map((cloud) => {
      const items = maps.flatMap((map) => asList(map[cloud]));
      return [cloud, [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]];
    }),
  );
}

function mergeSidecars(name: string, members: readonly Service[], locate: Locate): Merged {
  const sidecars = members.flatMap(({ written }) =>
    Object.keys(asObject(asObject(written[CAPABILITIES])[name])),
  );
  const why = 'a sidecar of one name is one container';
  const { keys, problems } = together(
    [...new Set(sidecars)]
      .sort()
      .map((one) => agree(members, { path: [CAPABILITIES, name, one], locate, why })),
  );
  const merged: JsonObject = keys;
  return { keys: { [name]: merged }, problems };
}
