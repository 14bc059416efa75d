/** Machines of the bundle: what members must share, and what adds up. */
import { asObject, asText } from '../../compose/json.js';
import type { Json, JsonObject, Locate, Service } from '../../compose/project.js';
import type { Problem } from '../../problems.js';
import { runtimeBytes } from '../runtime-overhead.js';
import { agree, type Merged, partyAt, together } from './merged.js';
import { keyOf, PARAMS, paramsOf } from './param-renames.js';
import { servicePlanProblems } from './service-plan-problems.js';
import { sumQuantities } from './sum-quantities.js';

const COMPUTE = 'x-omnistrate-compute';
const ROOT = 'rootVolumeSizeGi';
const MAX_ROOT_GI = 16384;

/** `absent`: what the platform takes where a service says nothing. */
const EQUAL: readonly { readonly key: string; readonly absent?: Json; readonly why: string }[] = [
  { key: 'replicaCount', absent: 1, why: 'members are scaled together' },
  { key: 'replicaCountAPIParam', absent: null, why: 'members are scaled together' },
  { key: 'replicaCountApiParam', absent: null, why: 'members are scaled together' },
  { key: 'instanceTypes', why: 'the bundle runs on one kind of machine' },
  { key: 'cpuArchitecture', why: 'the bundle is one image of one platform' },
];

/** Parameters that hold a quantity of the whole container. */
const QUANTITIES: Readonly<Record<string, 'cpus' | 'memory'>> = {
  resourceRequestMemoryAPIParam: 'memory',
  resourceRequestCPUAPIParam: 'cpus',
  resourceLimitMemoryAPIParam: 'memory',
  resourceLimitCPUAPIParam: 'cpus',
};

export interface MergedCompute extends Merged {
  /** Parameters that take the place of several. */
  readonly params: readonly JsonObject[];
  /** Keys of those that they replace. */
  readonly dropped: ReadonlySet<string>;
}

export function mergeCompute(members: readonly Service[], locate: Locate): MergedCompute {
  const having = members.filter(({ written }) => written[COMPUTE] !== undefined);
  if (having.length === 0) return { keys: {}, problems: [], params: [], dropped: new Set() };
  const equal = EQUAL.map(({ key, why, absent }) =>
    agree(members, { path: [COMPUTE, key], locate, why, ...(absent === undefined ? {} : { absent }) }),
  );
  const quantities = Object.entries(QUANTITIES).map(([key, unit]) =>
    mergeQuantity(having, key, unit, { locate, count: members.length }),
  );
  const { keys, problems } = together([
    ...equal,
    rootVolume(having, locate),
    ...otherKeys(having, locate),
    ...quantities,
  ]);
  return {
    keys: { [COMPUTE]: Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== null)) },
    problems,
    params: quantities.flatMap(({ params }) => params),
    dropped: new Set(quantities.flatMap(({ dropped }) => [...dropped])),
  };
}

function otherKeys(members: readonly Service[], locate: Locate): readonly Merged[] {
  const handled = new Set([...EQUAL.map(({ key }) => key), ROOT, ...Object.keys(QUANTITIES)]);
  const keys = [...new Set(members.flatMap(({ written }) => Object.keys(asObject(written[COMPUTE]))))];
  return keys
    .filter((key) => !handled.has(key))
    .map((key) =>
      agree(members, { path: [COMPUTE, key], locate, why: 'the bundle runs on one kind of machine' }),
    );
}

/** Layers and scratch space of all members stand on one disk. */
function rootVolume(members: readonly Service[], locate: Locate): Merged {
  const sizes = members.flatMap(({ name, written }) => {
    const size = asObject(written[COMPUTE])[ROOT];
    return typeof size === 'number' ? [{ name, size }] : [];
  });
  const [first] = sizes;
  const last = sizes.at(-1);
  if (first === undefined || last === undefined) return { keys: {}, problems: [] };
  const sum = sizes.reduce((total, { size }) => total + size, 0);
  const path = [COMPUTE, ROOT];
  const clash = servicePlanProblems.PLATFORM_CLASH(
    path.join('.'),
    partyAt(locate, first.name, path),
    partyAt(locate, last.name, path),
    `the sum of all is ${sum} Gi, and the platform gives at most ${MAX_ROOT_GI}`,
    'ask for less',
  );
  return { keys: { [ROOT]: sum }, problems: sum > MAX_ROOT_GI ? [clash] : [] };
}

function mergeQuantity(
  members: readonly Service[],
  key: string,
  unit: 'cpus' | 'memory',
  { locate, count }: { readonly locate: Locate; readonly count: number },
): MergedCompute {
  const asked = members.flatMap((service) => {
    const name = asText(asObject(service.written[COMPUTE])[key]);
    return name === undefined
      ? []
      : [{ service, param: paramsOf(service).find((one) => keyOf(one) === name), name }];
  });
  const [first, second] = asked;
  if (first === undefined) return { keys: {}, problems: [], params: [], dropped: new Set() };
  const at = ({ service }: (typeof asked)[number]) => partyAt(locate, service.name, [COMPUTE, key]);
  const missing = asked
    .filter(({ param }) => param === undefined)
    .map((one) => missingParam(one.name, at(one).at));
  if (second === undefined) {
    const why = 'its parameter now says what the whole bundle gets: raise its default';
    const widened = servicePlanProblems.PLATFORM_WIDENED(key, first.service.name, at(first).at, why);
    return { keys: { [key]: first.name }, problems: [...missing, widened], params: [], dropped: new Set() };
  }
  const sum = sumQuantities(
    asked.map(({ param }) => param),
    unit,
    runtimeBytes(count),
  );
  if (sum === undefined) {
    const why = 'their parameters cannot be summed: each needs a plain default, and no options';
    const clash = servicePlanProblems.PLATFORM_CLASH(`${COMPUTE}.${key}`, at(first), at(second), why);
    return { keys: {}, problems: [...missing, clash], params: [], dropped: new Set() };
  }
  const param = sumParam(key, sum);
  return {
    keys: { [key]: keyOf(param) },
    problems: missing,
    params: [param],
    dropped: new Set(asked.map(({ name }) => name)),
  };
}

function sumParam(key: string, sum: string): JsonObject {
  const name = key.replace(/^resource/, 'bundle').replace(/APIParam$/, '');
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return {
    key: name,
    name: words,
    description: `${words}: the sum of its members`,
    type: 'String',
    modifiable: true,
    required: false,
    export: false,
    defaultValue: sum,
  };
}

function missingParam(name: string, at: ReturnType<Locate>): Problem {
  return servicePlanProblems.SERVICE_PLAN(
    `uses the parameter "${name}" for resources, which the service does not define`,
    at,
    `define it in ${PARAMS} of that service`,
  );
}
