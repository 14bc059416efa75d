/** Volumes that `volumes_from` cannot hand on. */
import { volumesSource } from '../compose/inherit-volumes.js';
import { asList, asObject, asText, asTexts } from '../compose/json.js';
import type { Project, Service } from '../compose/project.js';
import type { ImageFacts } from '../images/image-facts.js';
import type { Problem } from '../problems.js';
import type { Group } from '../tenancy/select-members.js';
import { planProblems } from './plan-problems.js';

/** Anonymous volumes, of the service or of its image, have no name that a second mount could use. */
export function checkSharedVolumes(
  service: Service,
  project: Project,
  images: ReadonlyMap<string, ImageFacts>,
): readonly Problem[] {
  const at = project.locate(['services', service.name, 'volumes_from']);
  return asTexts(service.resolved.volumes_from).flatMap((text) => {
    const source = volumesSource(text);
    const from = project.services.find(({ name }) => name === source?.service);
    if (from === undefined) {
      const why = 'the volumes of a container outside of the project are not known';
      return [planProblems.KEY_REFUSED(service.name, 'volumes_from', at, why)];
    }
    return lostPaths(from, service, images).map((path) =>
      planProblems.KEY_REFUSED(
        service.name,
        'volumes_from',
        at,
        `"${path}" of "${from.name}" is an anonymous volume: give it a name in the volumes of "${from.name}"`,
      ),
    );
  });
}

/** The same of dedicated services that take the volumes of a member. */
export function findLostVolumes(
  project: Project,
  groups: readonly Group[],
  images: ReadonlyMap<string, ImageFacts>,
): readonly Problem[] {
  const members = new Map(
    groups.flatMap((group) => group.members.map(({ service }) => [service.name, service] as const)),
  );
  return project.services
    .filter(({ name }) => !members.has(name))
    .flatMap((service) => {
      const owners = asTexts(service.resolved.volumes_from).flatMap(
        (text) => members.get(volumesSource(text)?.service ?? '') ?? [],
      );
      return owners.flatMap((owner) => lostVolumes(owner, service, images, project));
    });
}

function lostVolumes(
  owner: Service,
  taker: Service,
  images: ReadonlyMap<string, ImageFacts>,
  project: Project,
): readonly Problem[] {
  return lostPaths(owner, taker, images).map((path) =>
    planProblems.KEY_REFUSED(
      owner.name,
      `volumes: ${path}`,
      project.locate(['services', taker.name, 'volumes_from']),
      `the dedicated service "${taker.name}" takes its volumes, and this one is anonymous: give it a name there`,
    ),
  );
}

/** Anonymous volumes of one service that another would get; what that mounts there itself has the last word. */
function lostPaths(
  owner: Service,
  taker: Service,
  images: ReadonlyMap<string, ImageFacts>,
): readonly string[] {
  const own = mountedAt(taker);
  return anonymousOf(owner, images.get(owner.name)).filter((path) => !own.has(path));
}

function mountedAt({ resolved }: Service): ReadonlySet<string | undefined> {
  const volumes = asList(resolved.volumes).map((volume) => asText(asObject(volume).target));
  return new Set([...volumes, ...asTexts(resolved.tmpfs).map((text) => text.split(':')[0])]);
}

function anonymousOf(service: Service, image: ImageFacts | undefined): readonly string[] {
  const volumes = asList(service.resolved.volumes).map(asObject);
  const targets = mountedAt(service);
  const own = volumes.filter(({ type, source }) => type === 'volume' && source === undefined);
  return [
    ...own.map(({ target }) => asText(target) ?? ''),
    ...(image?.config.volumes ?? []).filter((path) => !targets.has(path)),
  ];
}
