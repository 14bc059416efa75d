/** References to the container or the image of what is now a member: Compose would find neither. */
import { volumesSource } from '../compose/inherit-volumes.js';
import { asObject, asText, asTexts } from '../compose/json.js';
import type { Project, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import type { Group } from '../tenancy/select-members.js';
import { containerName } from './name-siblings.js';
import { planProblems } from './plan-problems.js';

interface Reference {
  readonly key: string;
  /** As the user wrote it. */
  readonly value: string;
  readonly member: string;
  readonly why: string;
}

const NO_CONTAINER = 'the member has no container of its own any more';
const JOINS = ['ipc', 'network_mode', 'pid'] as const;

/**
 * Dedicated services that would join the IPC or PID namespace of a member, build on its image, or name its container; and
 * `external_links` of any service to such a container. References by the name of the service are rewritten instead.
 */
export function findLostReferences(project: Project, groups: readonly Group[]): readonly Problem[] {
  const members = groups.flatMap((group) => group.members.map(({ service }) => service));
  const names = new Set(members.map(({ name }) => name));
  const byContainer = new Map(
    members.map((member) => [containerName(project.name, member), member.name] as const),
  );
  const ofActive = project.services.flatMap((service) =>
    [
      ...(names.has(service.name)
        ? []
        : [
            ...namespaceJoins(service, names),
            ...imageReferences(service, names),
            ...containerReferences(service, byContainer),
          ]),
      ...externalLinks(service, byContainer),
    ].map((reference) => lost(service.name, reference, project)),
  );
  return [...ofActive, ...findLostByInactive(project, names)];
}

function lost(service: string, { key, value, member, why }: Reference, project: Project): Problem {
  const at = project.locate(['services', service, ...key.split('.')]);
  const problem = planProblems.KEY_REFUSED(service, `${key}: ${value}`, at, why);
  return { ...problem, fix: `remove it, or keep the other one out too: --exclude ${member}` };
}

/** The same of services of inactive profiles, which stay in the file as they are: the bundle does without them. */
function findLostByInactive(project: Project, members: ReadonlySet<string>): readonly Problem[] {
  return Object.entries(project.inactive).flatMap(([name, value]) => {
    const written = asObject(value);
    const service = { name, written, resolved: written };
    const references = [...namespaceJoins(service, members), ...imageReferences(service, members)];
    return [...references, ...volumesOfMembers(service, members)].map((reference) => ({
      ...lost(name, reference, project),
      severity: 'warning' as const,
    }));
  });
}

/** Those of active services are written out with the volumes. */
function volumesOfMembers({ resolved }: Service, members: ReadonlySet<string>): readonly Reference[] {
  const why = 'volumes of a member are written out for services of active profiles only: --profile';
  return asTexts(resolved.volumes_from).flatMap((value) => {
    const member = volumesSource(value)?.service ?? '';
    return members.has(member) ? [{ key: 'volumes_from', value, member, why }] : [];
  });
}

const PREFIX = 'service:';

/** The member in `service:NAME`. */
function memberIn(value: string, members: ReadonlySet<string>): string | undefined {
  const name = value.startsWith(PREFIX) ? value.slice(PREFIX.length) : undefined;
  return name !== undefined && members.has(name) ? name : undefined;
}

/** They would find the bundle's namespace, which no member uses. */
function namespaceJoins({ resolved }: Service, members: ReadonlySet<string>): readonly Reference[] {
  return (['ipc', 'pid'] as const).flatMap((key) => {
    const value = asText(resolved[key]) ?? '';
    const member = memberIn(value, members);
    const why = `a member has its own ${key.toUpperCase()} namespace inside the bundle, which no container can join`;
    return member === undefined ? [] : [{ key, value, member, why }];
  });
}

function imageReferences({ resolved }: Service, members: ReadonlySet<string>): readonly Reference[] {
  const contexts = asObject(asObject(resolved.build).additional_contexts);
  return Object.entries(contexts).flatMap(([name, context]) => {
    const value = asText(context) ?? '';
    const member = memberIn(value, members);
    const key = `build.additional_contexts.${name}`;
    const why = 'Compose builds no image for a member';
    return member === undefined ? [] : [{ key, value, member, why }];
  });
}

function containerReferences(
  { resolved }: Service,
  byContainer: ReadonlyMap<string, string>,
): readonly Reference[] {
  const texts = [
    ...JOINS.map((key) => ({ key, value: asText(resolved[key]) ?? '' })),
    ...asTexts(resolved.volumes_from).map((value) => ({ key: 'volumes_from', value })),
  ];
  return texts.flatMap(({ key, value }) => {
    const [kind, container = ''] = value.split(':');
    const member = kind === 'container' ? byContainer.get(container) : undefined;
    return member === undefined ? [] : [{ key, value, member, why: NO_CONTAINER }];
  });
}

function externalLinks(
  { resolved }: Service,
  byContainer: ReadonlyMap<string, string>,
): readonly Reference[] {
  return asTexts(resolved.external_links).flatMap((value) => {
    const member = byContainer.get(value.split(':')[0] ?? '');
    return member === undefined ? [] : [{ key: 'external_links', value, member, why: NO_CONTAINER }];
  });
}
