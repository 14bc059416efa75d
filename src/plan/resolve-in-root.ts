/** Paths inside a member's root, its symbolic links followed without ever leaving it. */
import { posix } from 'node:path';

const MAX_LINKS = 40;

/**
 * The path that `path` stands for in a root with these links (absolute path → target as stored). Absolute, without
 * links, `.` and `..`; undefined for a loop of links (the kernel's limit is 40 too).
 */
export function resolveInRoot(path: string, links: Readonly<Record<string, string>>): string | undefined {
  let at = '/';
  let rest = stepsOf(path);
  let followed = 0;
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    const next = part === '..' ? posix.dirname(at) : posix.join(at, part);
    const target = links[next];
    if (target === undefined) at = next;
    else {
      followed += 1;
      if (followed > MAX_LINKS) return undefined;
      if (target.startsWith('/')) at = '/';
      rest = [...stepsOf(target), ...rest];
    }
  }
  return at;
}

function stepsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
