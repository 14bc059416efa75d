/** What a bundle's build takes a member's image by. */
import type { Service } from '../compose/project.js';
import type { ImageFacts } from '../images/image-facts.js';
import type { Location, Problem } from '../problems.js';
import type { MemberImage } from './plan.js';
import { planProblems } from './plan-problems.js';

export function decideImage(image: ImageFacts): MemberImage {
  return {
    reference: image.reference,
    source: sourceOf(image) ?? image.reference,
    id: image.id,
    ...(image.digest === undefined ? {} : { digest: image.digest }),
    ...(image.distribution === undefined ? {} : { distribution: image.distribution }),
    sizeBytes: image.sizeBytes,
  };
}

export function imageProblems(
  { name }: Service,
  image: ImageFacts,
  at: Location | undefined,
): readonly Problem[] {
  return sourceOf(image) === undefined ? [planProblems.IMAGE_UNNAMED(name, image.reference, at)] : [];
}

/** BuildKit takes an id for the name of an image in a registry. */
function sourceOf({ digest, tags, reference }: ImageFacts): string | undefined {
  return digest ?? (tags === undefined ? reference : tags[0]);
}
