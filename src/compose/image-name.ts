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

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const TAG = new RegExp(
  `^(?:[a-zA-Z0-9.-]+(?::\\d+)?/|\\[[0-9a-fA-F:]+\\](?::\\d+)?/)?${COMPONENT}(?:/${COMPONENT})*(?::[\\w][\\w.-]{0,127})?$`,
);

/** Whether a built image can have the name (distribution/reference, `tag`). */
export function isTag(name: string): boolean {
  return TAG.test(name);
}

/** A word as one that an image can have: projects may be named `my_app_`, or with separators that no image has. */
export function imageWord(word: string): string {
  return word.replace(/_{3,}|_*(?:_-|-_)[_-]*/g, '-').replace(/^[._-]+|[._-]+$/g, '');
}
