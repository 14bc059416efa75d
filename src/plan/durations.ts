/** Durations and sizes as Compose writes them. */

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};

/** Seconds of a duration such as `1m30s` or `500ms` (Compose Specification, "Specifying durations"); undefined when it is none. */
export function parseSeconds(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g)];
  if (parts.map(([match]) => match).join('') !== text || parts.length === 0)
    return text === '0' ? 0 : undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_SECONDS[unit ?? ''] ?? 0), 0);
}

/** Bytes of a size such as `64m` or `1gb`, base 1024 as Docker counts; undefined when it is none. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(b|k|kb|m|mb|g|gb)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const power = { b: 0, k: 1, m: 2, g: 3 }[(match[2] ?? 'b').toLowerCase()[0] ?? 'b'] ?? 0;
  return Math.round(Number(match[1]) * 1024 ** power);
}
