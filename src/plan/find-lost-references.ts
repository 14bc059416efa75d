/** References to the container or the image of what is now a member: Compose would find neither. */
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
 * Dedicated services that would join the IPC namespace of a member, build on its image, or name its container; and
 * `external_links` of any service to such a container. References by the name of the service are rewritten instead.
 */
export function findLostReferences(project: Project, groups: readonly Group[]): readonly Problem[] {
  const members = groups.flatMap((group) => group.members.map(({ service }) => service));
  const names = new Set(members.map(({ name }) => name));
  const byContainer = new Map(
    members.map((member) => [containerName(project.name, member), member.name] as const),
  );
  return project.services.flatMap((service) =>
    [
      ...(names.has(service.name)
        ? []
        : [
            ...ipcJoins(service, names),
            ...imageReferences(service, names),
            ...containerReferences(service, byContainer),
          ]),
      ...externalLinks(service, byContainer),
    ].map(({ key, value, member, why }) => {
      const at = project.locate(['services', service.name, ...key.split('.')]);
      const problem = planProblems.KEY_REFUSED(service.name, `${key}: ${value}`, at, why);
      return { ...problem, fix: `remove it, or keep the other one out too: --exclude ${member}` };
    }),
  );
}

const PREFIX = 'service:';

/** The member in `service:NAME`. */
function memberIn(value: string, members: ReadonlySet<string>): string | undefined {
  const name = value.startsWith(PREFIX) ? value.slice(PREFIX.length) : undefined;
  return name !== undefined && members.has(name) ? name : undefined;
}

/** They would find the bundle's namespace, which no member uses. */
function ipcJoins({ resolved }: Service, members: ReadonlySet<string>): readonly Reference[] {
  const value = asText(resolved.ipc) ?? '';
  const member = memberIn(value, members);
  const why = 'a member has an IPC namespace of its own inside the bundle, which no container can join';
  return member === undefined ? [] : [{ key: 'ipc', value, member, why }];
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
