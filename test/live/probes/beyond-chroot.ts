/** What a member on the rung *chroot* cannot have: its own process ids, its kernel's view of it, the limit of a tmpfs. */

const BEYOND = new Set(['pid', 'kernel', 'kind', 'tooLarge']);

/** An answer without what differs on the rung *chroot*. */
export function withoutBeyondChroot(answer: unknown): unknown {
  const text = JSON.stringify(answer, (key, value: unknown) => {
    if (BEYOND.has(key)) return undefined;
    return typeof value === 'string' ? value.replace(/ parent=\d+$/, '') : value;
  });
  return JSON.parse(text);
}
