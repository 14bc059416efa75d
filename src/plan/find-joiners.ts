/** Dedicated services that share more with a bundle than they shared with one member of it, or have less of it. */
import { asText } from '../compose/json.js';
import type { Project, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import type { Group } from '../tenancy/select-members.js';
import { planProblems } from './plan-problems.js';

/** Those in the network of a member, which is that of all members now; and those of an image that a member builds. */
export function findJoiners(project: Project, groups: readonly Group[]): readonly Problem[] {
  const members = groups.flatMap((group) => group.members.map(({ service }) => service));
  const names = new Set(members.map(({ name }) => name));
  const others = project.services.filter(({ name }) => !names.has(name));
  const built = new Set(
    others
      .filter(({ resolved }) => resolved.build !== undefined)
      .map(({ resolved }) => asText(resolved.image)),
  );
  const builders = new Map(
    members
      .filter(({ resolved }) => resolved.build !== undefined)
      .map((one) => [asText(one.resolved.image), one]),
  );
  return others.flatMap((service) => [
    ...networkOfMember(service, groups, project),
    ...(built.has(asText(service.resolved.image)) ? [] : imageOfMember(service, builders, project)),
  ]);
}

function networkOfMember(service: Service, groups: readonly Group[], project: Project): readonly Problem[] {
  const mode = asText(service.resolved.network_mode) ?? '';
  const group = groups.find(({ members }) => members.some((one) => mode === `service:${one.service.name}`));
  // Those that are in it, too, were so before.
  const other = group?.members.find(
    (one) => mode !== `service:${one.service.name}` && mode !== one.service.resolved.network_mode,
  );
  if (other === undefined) return [];
  return [
    planProblems.KEY_LIMITED(
      service.name,
      'network_mode',
      project.locate(['services', service.name, 'network_mode']),
      `the network is that of all members: it reaches what "${other.service.name}" has on localhost, no port may be theirs, and names in /etc/hosts are those of all`,
      `put it into the bundle, or leave the other one out too: --exclude ${mode.slice('service:'.length)}`,
    ),
  ];
}

function imageOfMember(
  { name, resolved }: Service,
  builders: ReadonlyMap<string | undefined, Service>,
  project: Project,
): readonly Problem[] {
  const image = asText(resolved.image);
  const builder = image === undefined || resolved.build !== undefined ? undefined : builders.get(image);
  if (builder === undefined) return [];
  return [
    planProblems.KEY_LIMITED(
      name,
      'image',
      project.locate(['services', name, 'image']),
      `"${builder.name}" builds it, and is a member: Compose builds no image for it any more`,
      `give "${name}" the same build, or push the image`,
    ),
  ];
}
