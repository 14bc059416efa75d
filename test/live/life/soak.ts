/** Whether this is `npm run soak`: the full sizes and times, for which CI has no time. */
export const soak = process.env.SOAK !== undefined;

/** The full size, or CI's. */
export function sized<T>(full: T, inCi: T): T {
  return soak ? full : inCi;
}
