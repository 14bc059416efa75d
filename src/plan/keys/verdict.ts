/** What happens to one key of the Compose Specification that a member, or the project around it, uses. */
import type { Json } from '../../compose/project.js';

/**
 * `applied`: takes effect inside the bundle, for this member alone. `united`: joined with the other members' on the
 * bundle's service. `carried`: stands in the rewritten file as it was written. `before`: Compose acts on it while it
 * reads, builds or pulls; nothing of it is left at run time. `limited`: means less than it did, a warning. `refused`:
 * cannot be honoured, an error.
 */
export interface Verdict {
  readonly verdict: 'applied' | 'united' | 'carried' | 'before' | 'limited' | 'refused';
  /** How it takes effect, or why it does not. */
  readonly how: string;
  /** For `limited`: what the user can do. */
  readonly fix?: string;
  /** For `limited` and `refused`: values that are as good as an absent key. */
  readonly unless?: readonly Json[];
}

export const applied = (how: string): Verdict => ({ verdict: 'applied', how });
export const united = (how: string): Verdict => ({ verdict: 'united', how });
export const carried = (how: string): Verdict => ({ verdict: 'carried', how });
export const before = (how: string): Verdict => ({ verdict: 'before', how });
export const limited = (how: string, fix: string, unless: readonly Json[] = []): Verdict => ({
  verdict: 'limited',
  how,
  fix,
  unless,
});
export const refused = (how: string, unless: readonly Json[] = []): Verdict => ({
  verdict: 'refused',
  how,
  unless,
});
