/** Paths inside a member's root, its symbolic links followed without ever leaving it. */
import { posix } from 'node:path';

const MAX_LINKS = 40;

/**
 * The path that `path` stands for in a root with these links (absolute path → target as stored). Absolute, without
 * links, `.` and `..`; undefined for a loop of links (the kernel's limit is 40 too).
 */
export function resolveInRoot(path: string, links: Readonly<Record<string, string>>): string | undefined {
  return walk('/', stepsOf(path), links, MAX_LINKS);
}

function walk(
  at: string,
  steps: readonly string[],
  links: Readonly<Record<string, string>>,
  left: number,
): string | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return at;
  const next = step === '..' ? posix.dirname(at) : posix.join(at, step);
  const target = links[next];
  if (target === undefined) return walk(next, rest, links, left);
  if (left === 0) return undefined;
  return walk(target.startsWith('/') ? '/' : at, [...stepsOf(target), ...rest], links, left - 1);
}

function stepsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
