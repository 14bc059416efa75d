/** What a trial run of a bundle found out. */

import type { PlannedBundle } from '../read-folder.js';
import type { PortsReport } from './compare-ports.js';
import type { MemberStatus } from './member-status.js';
import type { Outcome } from './wait-for-health.js';

export interface Findings {
  readonly bundle: PlannedBundle;
  readonly outcome: Outcome;
  readonly members: readonly MemberStatus[];
  readonly ports: PortsReport;
  readonly log: readonly string[];
}
