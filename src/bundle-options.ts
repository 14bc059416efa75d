/** The public words of the API: what `bundle` takes, tells and returns. */
import type { BuildEvent, ProjectOptions } from './engine/engine.js';
import type { Cell } from './plan/cell.js';
import type { ProjectPlan } from './plan/plan.js';
import type { Problem } from './problems.js';
import type { Target } from './render/render-files.js';

/** Options of `plan`: which project, and which of its services. */
export interface PlanOptions extends Partial<ProjectOptions> {
  /** Only these services become members; all that can when empty. */
  readonly include?: readonly string[];
  /** These services stay dedicated. */
  readonly exclude?: readonly string[];
  /** Tag of the only image; `<project>-bundle:latest`, or `<project>-<group>:latest`, by default. */
  readonly tag?: string;
  /** Image that supervisord comes from; `debian:trixie-slim` by default. */
  readonly base?: string;
  /** `linux/amd64` …; that of the source images by default. */
  readonly platform?: string;
  /** Grants that the rewritten file may ask for: only `sys-admin` so far. */
  readonly allow?: readonly 'sys-admin'[];
  /**
   * false: files that members have in common are stored once for each of them. Where the image runs on a file system
   * that is no overlay, members would find each other's writes in them.
   */
  readonly dedup?: boolean;
  /** Make the fewest bundles without a clash of each group, instead of refusing one whose members clash. */
  readonly split?: boolean;
  /** Tell how many tenants fit a cell of this size; with `split`, make no bundle that is larger. */
  readonly cell?: Cell;
  /** `swarm` writes a stack file too, and tells what a swarm ignores. */
  readonly target?: Target;
  /** Warnings are errors. */
  readonly strict?: boolean;
  /** Pull source images, and the base of a build, again even when they are present. */
  readonly pull?: boolean;
  /** Aborting stops what runs, leaves nothing behind and rejects with fault `interrupted`. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: BundleEvent) => void;
}

/** Options of `bundle`: those of `plan`, and what to do with it. */
export interface BundleOptions extends PlanOptions {
  /** Output folder, `bundle` by default; replaced as a whole, and only after success. */
  readonly output?: string;
  /** Folder whose templates take the place of the shipped ones of the same names. */
  readonly templates?: string;
  /** false writes the files and builds nothing. */
  readonly build?: boolean;
  /** false: do not try on this Engine whether it grants the image what it needs. */
  readonly probe?: boolean;
  /** Push the tags after the builds. */
  readonly push?: boolean;
}

/** What `bundle` tells while it works. */
export type BundleEvent =
  | {
      readonly type: 'stage';
      readonly stage: 'load' | 'images' | 'plan' | 'render' | 'build' | 'push';
      /** Which one is built or pushed. */
      readonly bundle?: string;
    }
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'warning'; readonly problem: Problem }
  | BuildEvent;

export interface PlanResult {
  readonly plan: ProjectPlan;
  readonly warnings: readonly Problem[];
}

export interface BundleResult extends PlanResult {
  /** Absolute path of the output folder. */
  readonly output: string;
  /** In the plan's order. */
  readonly bundles: readonly BuiltBundle[];
}

export interface BuiltBundle {
  /** Key of the bundle in the rewritten compose file. */
  readonly bundle: string;
  readonly tag: string;
  /** `sha256:…`; undefined when nothing was built. */
  readonly imageId?: string;
  /** `sha256:…` of the pushed manifest; undefined when nothing was pushed. */
  readonly digest?: string;
}
