/** Amounts of resources for a person. */
import type { Amounts } from '../plan/cell.js';

/** `1.5 cpus, 512 MiB`; `-` for what is not known. */
export function amountsText({ cpus, memoryBytes }: Amounts): string {
  return `cpus ${cpus ?? '-'}, memory ${memoryBytes === null ? '-' : sizeText(memoryBytes)}`;
}

/** In binary units, as Compose reads them. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${Number(value.toFixed(value < 10 ? 1 : 0))} ${units[power]}`;
}
