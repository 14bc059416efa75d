/** Values that no secret looks like: numbers, sizes, durations, fixed words. */
import { asText } from './json.js';
import type { Json } from './project.js';

/** Whether all scalars of a value may be written down although they came from a variable. */
export function isFixedWord(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'object') return Object.values(value).every((item: Json) => isFixedWord(item));
  return /^[A-Za-z0-9_.:+-]{1,64}$/.test(asText(value) ?? '');
}
