/** Paths inside a member's root, its symbolic links followed without ever leaving it. */
import { posix } from 'node:path';

const MAX_LINKS = 40;

/**
 * The path that `path` stands for in a root with these links (absolute path → target as stored). Absolute, without
 * links, `.` and `..`; undefined for a loop of links (the kernel's limit is 40 too).
 */
export function resolveInRoot(path: string, links: Readonly<Record<string, string>>): string | undefined {
  let rest = path.split('/').filter((part) => part !== '' && part !== '.');
  let at = '/';
  for (let followed = 0; rest.length > 0; ) {
    const [part = '', ...others] = rest;
    const next = part === '..' ? posix.dirname(at) : posix.join(at, part);
    const target = part === '..' ? undefined : links[next];
    if (target === undefined) {
      at = next;
      rest = others;
      continue;
    }
    followed += 1;
    if (followed > MAX_LINKS) return undefined;
    at = target.startsWith('/') ? '/' : at;
    rest = [...target.split('/').filter((step) => step !== '' && step !== '.'), ...others];
  }
  return at;
}
