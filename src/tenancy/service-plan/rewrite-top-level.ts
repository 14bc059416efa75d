/** Load balancers and integrations of a plan name services; members are their bundle now. */
import { asList, asObject, asText, isObject } from '../../compose/json.js';
import type { Json, JsonObject, Project } from '../../compose/project.js';
import type { Problem } from '../../problems.js';
import { resourceKey } from './resource-key.js';
import { servicePlanProblems } from './service-plan-problems.js';

const LOAD_BALANCER = 'x-omnistrate-load-balancer';
const INTEGRATIONS = ['x-customer-integrations', 'x-internal-integrations', 'x-omnistrate-integrations'];

type BundleOf = ReadonlyMap<string, string>;

export function rewriteTopLevel(
  project: Project,
  bundleOf: BundleOf,
): { readonly written: JsonObject; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const balancer = project.written[LOAD_BALANCER];
  const written: Record<string, Json> = { ...project.written };
  if (balancer !== undefined) written[LOAD_BALANCER] = rewriteKeys(balancer, resourceKeys(bundleOf));
  for (const key of INTEGRATIONS.filter((name) => written[name] !== undefined)) {
    const rename = (path: readonly (string | number)[], object: JsonObject) =>
      renameServices(object, { project, bundleOf, problems, path: [key, ...path] });
    written[key] = rewriteIntegrations(written[key] ?? null, [], rename);
  }
  return { written, problems };
}

function resourceKeys(bundleOf: BundleOf): BundleOf {
  return new Map([...bundleOf].map(([member, bundle]) => [resourceKey(member), resourceKey(bundle)]));
}

/** Of two paths or ports that are the same now, one stays. */
function rewriteKeys(value: Json, keys: BundleOf): Json {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => rewriteKeys(item, keys));
    return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (name === 'associatedResourceKey') return [name, keys.get(asText(item) ?? '') ?? item];
      if (name !== 'associatedResourceKeys') return [name, rewriteKeys(item, keys)];
      return [name, [...new Set(asList(item).map((one) => keys.get(asText(one) ?? '') ?? one))]];
    }),
  );
}

const PER_SERVICE = ['additionalMetrics', 'serviceComponentsConfiguration'];

function rewriteIntegrations(
  value: Json,
  path: readonly (string | number)[],
  rename: (path: readonly (string | number)[], object: JsonObject) => JsonObject,
): Json {
  if (Array.isArray(value))
    return (value as readonly Json[]).map((item, index) =>
      rewriteIntegrations(item, [...path, index], rename),
    );
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      PER_SERVICE.includes(name) && isObject(item)
        ? rename([...path, name], item)
        : rewriteIntegrations(item, [...path, name], rename),
    ]),
  );
}

interface Renaming {
  readonly project: Project;
  readonly bundleOf: BundleOf;
  readonly problems: Problem[];
  readonly path: readonly (string | number)[];
}

/** The platform asks one endpoint for each service. */
function renameServices(object: JsonObject, { project, bundleOf, problems, path }: Renaming): JsonObject {
  const renamed = new Map<string, { readonly service: string; readonly value: Json }>();
  for (const [service, value] of Object.entries(asObject(object))) {
    const name = bundleOf.get(service) ?? service;
    const known = renamed.get(name);
    if (known === undefined) renamed.set(name, { service, value });
    else if (JSON.stringify(known.value) !== JSON.stringify(value)) {
      const party = (one: string) => ({ service: one, at: project.locate([...path, one]) });
      problems.push(
        servicePlanProblems.PLATFORM_CLASH(
          path.join('.'),
          party(known.service),
          party(service),
          `the bundle "${name}" is one service, which has one entry there`,
        ),
      );
    }
  }
  return Object.fromEntries([...renamed].map(([name, { value }]) => [name, value]));
}
