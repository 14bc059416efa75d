/** What a cell holds, and how much of it a tenant takes. */

export interface Amounts {
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
}

/** A fixed-size place that holds tenants: its capacity, and the part of it that stays free. */
export interface Cell {
  readonly cpus?: number;
  readonly memoryBytes?: number;
  /** 0 to 1. */
  readonly headroom: number;
}

export interface CellFit {
  readonly cell: Cell;
  /** What one tenant's instance asks for: all bundles and dedicated services. */
  readonly needs: Amounts;
  /** null: some service says neither reservation nor limit. */
  readonly instances: number | null;
  /** What runs out first. */
  readonly bound: 'cpus' | 'memory' | null;
  readonly unsaid: readonly string[];
}
