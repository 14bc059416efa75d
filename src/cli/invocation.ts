/** What a command line asks for. */
import type { BundleOptions } from '../bundle-options.js';
import type { EnvFormat } from './env/env-text.js';

export const PROGRESS_MODES = ['auto', 'tty', 'plain', 'json', 'quiet'] as const;
export type ProgressMode = (typeof PROGRESS_MODES)[number];

/** What every command understands. */
export interface Printing {
  readonly json: boolean;
  readonly progress: ProgressMode;
}

export interface BuildCommand extends Printing {
  readonly name: 'build';
  readonly options: BundleOptions;
  readonly metadataFile?: string;
}

export interface PlanCommand extends Printing {
  readonly name: 'plan';
  readonly options: BundleOptions;
}

export interface VerifyCommand extends Printing {
  readonly name: 'verify';
  readonly folder: string;
  readonly envFiles: readonly string[];
  readonly timeoutSeconds: number;
}

export interface EnvCommand extends Printing {
  readonly name: 'env';
  readonly folder: string;
  readonly format: EnvFormat;
  readonly bundle?: string;
}

export interface InspectCommand extends Printing {
  readonly name: 'inspect';
  readonly image: string;
}

/** `--help` and `--version`. */
export interface ShowCommand {
  readonly name: 'show';
  readonly text: string;
}

export type Invocation =
  | BuildCommand
  | PlanCommand
  | VerifyCommand
  | InspectCommand
  | EnvCommand
  | ShowCommand;
