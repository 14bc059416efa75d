/** How many instances of a tenant fit one cell. */
import type { Service } from '../compose/project.js';
import type { Amounts, Cell, CellFit } from './cell.js';
import { replicasOf } from './expand-replicas.js';
import { requestsOf, total } from './footprint.js';

/** `overheadBytes`: memory of the runtimes of all bundles. */
export function fitCell(cell: Cell, services: readonly Service[], overheadBytes: number): CellFit {
  const each = services.flatMap((service) =>
    Array.from({ length: replicasOf(service) }, () => requestsOf(service)),
  );
  const needs = total(each, overheadBytes);
  const fits = [
    { bound: 'cpus' as const, count: howMany(cell.cpus, needs.cpus, cell.headroom) },
    { bound: 'memory' as const, count: howMany(cell.memoryBytes, needs.memoryBytes, cell.headroom) },
  ].filter(({ count }) => count !== undefined);
  const isUnsaid = ({ cpus, memoryBytes }: Amounts) =>
    (cell.cpus !== undefined && cpus === null) || (cell.memoryBytes !== undefined && memoryBytes === null);
  const unsaid = services.filter((service) => isUnsaid(requestsOf(service))).map(({ name }) => name);
  const least = fits.sort((a, b) => (a.count ?? 0) - (b.count ?? 0))[0];
  const isKnown = unsaid.length === 0 && least?.count !== undefined;
  return {
    cell,
    needs,
    instances: isKnown ? (least.count ?? null) : null,
    bound: isKnown ? least.bound : null,
    unsaid,
  };
}

function howMany(capacity: number | undefined, need: number | null, headroom: number): number | undefined {
  if (capacity === undefined || need === null || need === 0) return undefined;
  // Tolerates what 0.1 + 0.2 makes of a cell that is exactly full.
  return Math.floor((capacity * (1 - headroom)) / need + 1e-9);
}

/** Whether some services can share one cell at all; those that say nothing count as nothing. */
export function fitsCell(cell: Cell, services: readonly Service[], overheadBytes: number): boolean {
  const asked = services.map(requestsOf).map(({ cpus, memoryBytes }) => ({
    cpus: cpus ?? 0,
    memoryBytes: memoryBytes ?? 0,
  }));
  const { cpus, memoryBytes } = total(asked, overheadBytes);
  return (
    (cpus ?? 0) <= (cell.cpus ?? Number.POSITIVE_INFINITY) * (1 - cell.headroom) &&
    (memoryBytes ?? 0) <= (cell.memoryBytes ?? Number.POSITIVE_INFINITY) * (1 - cell.headroom)
  );
}
