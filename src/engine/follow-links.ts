/** Resolves a path inside an image as the kernel would with the image as its root: links never lead out of it. */
import { posix } from 'node:path';

export interface Followed {
  /** Where the path ends, without links as far as it exists. */
  readonly path: string;
  /** Every link on the way: its path → its target as stored. */
  readonly links: Readonly<Record<string, string>>;
}

/** The kernel's own limit. */
const MOST_LINKS = 40;

/** `readLink` gives the target of a link, undefined for anything else. */
export async function followLinks(
  path: string,
  readLink: (path: string) => Promise<string | undefined>,
): Promise<Followed> {
  const links: Record<string, string> = {};
  let count = 0;
  let pending = path.split('/');
  let reached = '/';
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    const next = posix.resolve(reached, part);
    const target = part === '' || part === '.' || part === '..' ? undefined : await readLink(next);
    if (target === undefined) {
      reached = next;
      continue;
    }
    links[next] = target;
    count += 1;
    if (count > MOST_LINKS) break;
    pending = [...target.split('/'), ...pending];
    if (target.startsWith('/')) reached = '/';
  }
  return { path: reached, links };
}
