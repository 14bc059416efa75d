/** Names of images. */
import { asText } from './json.js';
import type { Project, Service } from './project.js';

/** `image`, or the name that Compose gives what it builds. */
export function imageOf(project: Project, { name, resolved }: Service): string | undefined {
  const image = asText(resolved.image);
  return image ?? (resolved.build === undefined ? undefined : `${project.name}-${name}`);
}

/** The same for all ways to write it: `redis:latest` of `docker.io/library/redis`. */
export function fullName(reference: string): string {
  const short = reference.replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, '');
  return /:[^/]*$|@/.test(short) ? short : `${short}:latest`;
}
