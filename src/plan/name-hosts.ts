/** Host names of members that have none of their own: programs of one image may tell themselves apart by them. */
import type { Service } from '../compose/project.js';
import type { ImageFacts } from '../images/image-facts.js';
import { containerName } from './name-siblings.js';

/** Linux, sethostname(2). */
const MAX_LENGTH = 64;

/**
 * A further member of an image gets the name of the container that it had, by which the others and other containers
 * reach it. The first member of each image, and one that shared another's network, are not there: they keep the
 * name of the bundle's container, which the Engine chooses.
 */
export function hostNames(
  project: string,
  services: readonly Service[],
  images: ReadonlyMap<string, ImageFacts>,
): ReadonlyMap<string, string> {
  const seen = new Set<string>();
  const nameless = services
    .filter(({ written }) => written.hostname === undefined && written.network_mode === undefined)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(
    nameless.flatMap((service) => {
      const { name } = service;
      const image = images.get(name)?.id ?? '';
      if (!seen.has(image)) {
        seen.add(image);
        return [];
      }
      return [[name, containerName(project, service).slice(-MAX_LENGTH)] as const];
    }),
  );
}
