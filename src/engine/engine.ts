/** What the rest of the program needs of Docker, in its own words; implemented with dockerode and the docker command. */
import type { JsonObject } from '../compose/project.js';
import type { ImageFacts } from '../images/image-facts.js';

/** How the user named the project: the options of `docker compose` of the same names. */
export interface ProjectOptions {
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
  readonly projectName?: string;
  readonly projectDirectory?: string;
  /** What stands in the file `-`. */
  readonly stdin?: string;
}

/** A file of the build context; `path` is relative with `/`. */
export interface ContextFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
}

/** What a build tells while it runs. */
export type BuildEvent =
  | { readonly type: 'step-started'; readonly id: string; readonly name: string }
  | { readonly type: 'step-progress'; readonly id: string; readonly current: number; readonly total?: number }
  | { readonly type: 'step-log'; readonly id: string; readonly text: string }
  | {
      readonly type: 'step-done';
      readonly id: string;
      readonly name: string;
      readonly cached: boolean;
      readonly seconds: number;
      readonly error?: string;
    };

export interface BuildRequest {
  readonly files: readonly ContextFile[];
  readonly tags: readonly string[];
  readonly platform?: string;
  readonly onEvent: (event: BuildEvent) => void;
  readonly signal: AbortSignal;
}

/** An image with its tags, and the way back. */
export interface BuiltImage {
  /** `sha256:…`. */
  readonly id: string;
  /** As if it had not been built: its tags name again what they named before, and it is gone unless it was there. */
  readonly undo: () => Promise<void>;
}

/** One command in a container of its own, without a network. */
export interface OneShot {
  readonly image: string;
  readonly entrypoint: readonly string[];
  readonly securityOptions?: readonly string[];
  readonly capabilities?: readonly string[];
  /** That of the image by default. */
  readonly user?: string;
  /** Folders of the host, by where they stand in the container. */
  readonly folders?: Readonly<Record<string, string>>;
  /** In place of that of the Engine: for what must be done after an interruption, too. */
  readonly signal?: AbortSignal;
}

export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PushResult {
  readonly tag: string;
  readonly digest: string;
}

/** A resolved project as text: `docker compose config`. */
export interface ComposeConfigs {
  /** Values resolved; YAML. */
  readonly resolved: string;
  /** Expressions and env files kept; YAML; undefined where Compose could not (design §8.2), with its message. */
  readonly written?: string;
  readonly writtenFailure?: string;
  /** Values resolved, all profiles, env files kept; YAML; undefined where Compose could not. */
  readonly everything?: string;
  /** What Compose warned about, such as a variable that is not set. */
  readonly warnings: readonly string[];
}

export interface Engine {
  /** Version facts; throws ProblemsError('docker') with what to install when Docker or Compose cannot be used. */
  check(): Promise<{ readonly engine: string; readonly compose: string; readonly architecture: string }>;
  /** `docker compose config`, both ways. Throws ProblemsError('input') with Compose's own message, positioned. */
  composeConfig(options: ProjectOptions): Promise<ComposeConfigs>;
  /** `docker compose build` / `pull` of the named services; live output goes to `onLine`. */
  composeBuild(options: ProjectOptions, services: readonly string[], run: ComposeRun): Promise<void>;
  composePull(options: ProjectOptions, services: readonly string[], run: ComposeRun): Promise<void>;
  /**
   * Undefined when the image is not in the Engine's store. `paths`: whose symbolic links matter; `commands`: words that
   * may name programs of the image; `folders`: where it matters whether the image has something.
   */
  inspectImage(
    reference: string,
    paths: readonly string[],
    commands: readonly (readonly string[])[],
    folders?: readonly string[],
  ): Promise<ImageFacts | undefined>;
  /** Builds with BuildKit; tags only on success. */
  build(request: BuildRequest): Promise<BuiltImage>;
  /** Runs a command of an image to its end, and leaves no container. */
  runOnce(request: OneShot): Promise<ExecResult>;
  /** `sha256:…` of what a reference names now; undefined for nothing. */
  imageId(reference: string): Promise<string | undefined>;
  push(tag: string, onLine: (line: string) => void, signal: AbortSignal): Promise<PushResult>;
  /** Configuration labels of a local image; undefined when there is none. */
  imageLabels(reference: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** `docker pull`, for images that no service names (the base). */
  pull(reference: string, platform: string, run: ComposeRun): Promise<void>;
  /** `docker compose ARGS…` on a project; returns stdout. */
  composeRun(project: ProjectOptions, args: readonly string[], run: ComposeRun): Promise<string>;
  /** Runs a command in a running container: exit code and both outputs. */
  exec(container: string, command: readonly string[]): Promise<ExecResult>;
  /** State of a container as `docker inspect` gives it. */
  inspectContainer(container: string): Promise<JsonObject | undefined>;
}

export interface ComposeRun {
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}
