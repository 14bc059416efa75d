/** Names of images that a build would take from another image. */
import { fullName, imageOf } from '../compose/image-name.js';
import type { Project } from '../compose/project.js';
import type { Problem } from '../problems.js';
import type { Group } from '../tenancy/select-members.js';
import { planProblems } from './plan-problems.js';

/** A name of a bundle is neither another bundle's nor that of a service's own image. `isAlone`: `--tag` can name them. */
export function findTagClashes(
  project: Project,
  groups: readonly Group[],
  isAlone: boolean,
): readonly Problem[] {
  const owners = new Map<string, string>(
    project.services.flatMap((service) => {
      const image = imageOf(project, service);
      return image === undefined ? [] : [[fullName(image), `service "${service.name}"`] as const];
    }),
  );
  return groups.flatMap(({ key, tag }) => {
    const owner = owners.get(fullName(tag));
    owners.set(fullName(tag), `bundle "${key}"`);
    const at = project.locate(['x-bundle', 'groups', key]);
    return owner === undefined ? [] : [planProblems.TAG_CLASH(tag, key, owner, isAlone, at)];
  });
}
