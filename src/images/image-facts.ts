/** What a source image is: its configuration and what of its files decides how it can be bundled. */

/** HEALTHCHECK of an image, durations in nanoseconds as the Engine gives them; `test` begins with CMD, CMD-SHELL or NONE. */
export interface ImageHealthcheck {
  readonly test: readonly string[];
  readonly intervalNs?: number;
  readonly timeoutNs?: number;
  readonly startPeriodNs?: number;
  readonly startIntervalNs?: number;
  readonly retries?: number;
}

/** The configuration of an image (OCI image-spec, `config`), with empty values for what is absent. */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** `NAME=value`, in order. */
  readonly env: readonly string[];
  readonly user: string;
  readonly workingDir: string;
  readonly stopSignal?: string;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly healthcheck?: ImageHealthcheck;
  /** SHELL, used by CMD-SHELL checks. */
  readonly shell?: readonly string[];
  readonly onBuild: readonly string[];
}

export interface ImageFacts {
  /** The reference that the compose file uses. */
  readonly reference: string;
  /** `sha256:…` of the image's configuration. */
  readonly id: string;
  /** `name@sha256:…` where the image came from a registry. */
  readonly digest?: string;
  /** What names the image in the Engine's store, where the reference is an id, which names it to no build. */
  readonly tags?: readonly string[];
  /** `linux/amd64`, `linux/arm/v7`. */
  readonly platform: string;
  readonly sizeBytes: number;
  /** Digests of the uncompressed layers, lowest first. */
  readonly layers: readonly string[];
  readonly config: ImageConfig;
  /** PRETTY_NAME of /etc/os-release; undefined in images without one. */
  readonly distribution?: string;
  /** `/etc/passwd` and `/etc/group`; empty when absent. */
  readonly passwd: string;
  readonly group: string;
  /** Symbolic links among the asked paths and their parents: absolute path → target as stored. */
  readonly links: Readonly<Record<string, string>>;
  /** What stands at paths that were asked for, by the path behind all links; absent for nothing. */
  readonly folders?: Readonly<Record<string, 'filled' | 'empty'>>;
  /** What the words of its command name, by word; absent in records of older versions. */
  readonly programs?: Readonly<Record<string, ProgramFacts>>;
  /** /bin/sh is a busybox, which runs its commands through /proc/self/exe. */
  readonly hasBusyboxShell?: boolean;
}

/** What a program of an image needs of /proc, as its file tells. */
export interface ProgramFacts {
  /** Of a script: reasons, in words that follow "it". */
  readonly procUses: readonly string[];
  /** Its libraries stand beside it ($ORIGIN, ld.so(8)), which takes a right /proc/self/exe. */
  readonly findsItself: boolean;
  /** It starts .NET, which asks glibc for the stack of its first thread, and that reads /proc/self/maps. */
  readonly startsDotnet?: boolean;
}
