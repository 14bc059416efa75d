/** What a service plan asks of the bundles that are made in it. */
import { asObject, asText } from '../../compose/json.js';
import type { Project, Service } from '../../compose/project.js';
import type { Problem } from '../../problems.js';
import type { Group } from '../select-members.js';
import { isMultiTenant, type ServicePlan } from './read-service-plan.js';
import { servicePlanProblems } from './service-plan-problems.js';

const REGISTRIES = 'x-omnistrate-image-registry-attributes';

export function checkBundles(
  project: Project,
  groups: readonly Group[],
  { hosting }: ServicePlan,
): readonly Problem[] {
  const { locate } = project;
  const members = groups.flatMap((group) => group.members.map(({ service }) => service));
  const tags = groups.map(({ tag }) => tag);
  const deployment = locate(['x-omnistrate-service-plan', 'deployment']) ?? locate(['x-omnistrate-byoa']);
  return [
    ...(hosting === 'the customer’s account' ? [servicePlanProblems.BYOA_PULL(tags, deployment)] : []),
    ...tags.flatMap((tag) => missingRegistry(tag, project)),
    ...(isMultiTenant(project) ? members.flatMap((member) => missingLimits(member, project)) : []),
    ...oldNames(project, groups),
  ];
}

function missingRegistry(tag: string, { written, locate }: Project): readonly Problem[] {
  const known = Object.keys(asObject(written[REGISTRIES]));
  const registry = registryOf(tag);
  return known.length === 0 || known.includes(registry)
    ? []
    : [servicePlanProblems.REGISTRY_MISSING(tag, registry, locate([REGISTRIES]))];
}

/** The first part of a name is a registry when it looks like a host (reference of docker tag). */
function registryOf(tag: string): string {
  const [first = '', ...rest] = tag.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}

/** Either form counts: `deploy.resources`, or the parameters that hold quantities. */
function missingLimits(service: Service, { locate }: Project): readonly Problem[] {
  const compute = asObject(service.written['x-omnistrate-compute']);
  const resources = asObject(asObject(service.resolved.deploy).resources);
  const has = (kind: 'reservations' | 'limits', amount: 'cpus' | 'memory') => {
    const param = `resource${kind === 'limits' ? 'Limit' : 'Request'}${amount === 'cpus' ? 'CPU' : 'Memory'}APIParam`;
    return asObject(resources[kind])[amount] !== undefined || compute[param] !== undefined;
  };
  const missing = (['reservations', 'limits'] as const).flatMap((kind) =>
    (['cpus', 'memory'] as const)
      .filter((amount) => !has(kind, amount))
      .map((amount) => `${kind === 'limits' ? 'limit' : 'reservation'} of ${amount}`),
  );
  return missing.length === 0
    ? []
    : [
        servicePlanProblems.LIMITS_MISSING(
          service.name,
          missing,
          locate(['services', service.name, 'deploy']),
        ),
      ];
}

/** Hosts in variables of services outside of the bundle. */
function oldNames(project: Project, groups: readonly Group[]): readonly Problem[] {
  const homes = groups.flatMap(({ key, members }) =>
    members.map(({ service }) => ({ name: service.name, key })).filter(({ name }) => name !== key),
  );
  const homeOf = new Map(homes.map(({ name, key }) => [name, key]));
  const keyOf = (service: string) =>
    groups.find(({ members }) => members.some((one) => one.service.name === service))?.key;
  return project.services.flatMap((service) =>
    Object.entries(asObject(service.written.environment)).flatMap(([variable, value]) => {
      const host = hostIn(asText(value) ?? '', homeOf);
      const bundle = host === undefined ? undefined : homeOf.get(host);
      if (host === undefined || bundle === undefined || bundle === keyOf(service.name)) return [];
      const at = project.locate(['services', service.name, 'environment', variable]);
      return [servicePlanProblems.OLD_NAME(service.name, variable, host, bundle, at)];
    }),
  );
}

/** `cache:6379`, `redis://cache`, `user@cache/db`. */
function hostIn(text: string, names: ReadonlyMap<string, string>): string | undefined {
  return [...names.keys()].find((name) => {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return (
      new RegExp(`(?:^|//|@|,)${escaped}(?=:\\d|/|,|$)`).test(text) && (text === name || /[:/@,]/.test(text))
    );
  });
}
