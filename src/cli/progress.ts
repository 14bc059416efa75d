/** What shows the events of a build. */
import type { BundleEvent } from '../bundle-options.js';

export interface Progress {
  show(event: BundleEvent): void;
  /** After this nothing moves any more. */
  end(): void;
}
