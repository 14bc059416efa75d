/** The plan: everything decided about a project's bundles, as immutable, sorted, JSON-serialisable data without any secret. */
import type { JsonObject } from '../compose/project.js';
import type { IgnoredKey } from '../tenancy/service-plan/ignored-keys.js';
import type { ServicePlan } from '../tenancy/service-plan/read-service-plan.js';
import type { RenamedHost } from '../tenancy/service-plan/rewrite-hosts.js';
import type { StorageTotal } from '../tenancy/service-plan/sum-storage.js';
import type { Amounts, CellFit } from './cell.js';
import type { MemberResources } from './decide-resources.js';
import type { Note } from './note.js';

/** A text that is known now, or the value of a variable of the container at its start. */
export type Text = string | { readonly var: string; readonly otherwise?: string };
/**
 * In lists: also variables whose values are split into words as Compose splits a string `command`; `otherwise` stands
 * there when they leave no word at all.
 */
export type Word = Text | { readonly words: readonly string[]; readonly otherwise?: readonly string[] };

export interface ProjectPlan {
  /** Version of this shape. */
  readonly version: 1;
  readonly project: string;
  /** By key; one image each. */
  readonly bundles: readonly Plan[];
  /** Services that stay out, as written, and why. */
  readonly dedicated: readonly { readonly service: string; readonly reason: string }[];
  /** Where and how a service platform places tenants; undefined when the project is no service plan. */
  readonly servicePlan?: ServicePlan & {
    readonly ignored: readonly IgnoredKey[];
    readonly renamedHosts: readonly RenamedHost[];
  };
  /** Why `--split` made several bundles of one group; empty without it. */
  readonly splits: readonly Split[];
  /** Containers that a bill counts. */
  readonly instances: { readonly before: number; readonly after: number };
  /** How many tenants fit the cell that was asked about. */
  readonly cell?: CellFit;
}

/** Services that cannot all share a bundle. */
export interface Split {
  readonly services: readonly string[];
  readonly reason: string;
}

/** What is decided about one bundle. */
export interface Plan {
  readonly project: string;
  /** Key of the bundle in the rewritten compose file. */
  readonly bundle: string;
  readonly tag: string;
  readonly base: string;
  readonly platform: string;
  /** The best rung that the rewritten file grants. */
  readonly grant: 'userns' | 'sys-admin';
  /** Files that members have in common are stored once for each of them. */
  readonly dedup?: false;
  /** In start order: by depth of depends_on, then by name. */
  readonly members: readonly Member[];
  /** Keys of the bundle's service that were united from those of the members. */
  readonly united: JsonObject;
  /** Network of the project → alias of the bundle on that network alone. */
  readonly networks: Readonly<Record<string, string>>;
  /** Seconds from `docker stop` to the last member's end, at worst. */
  readonly stopSeconds: number;
  readonly footprint: Footprint;
  readonly notes: readonly Note[];
}

/** Resources of one bundle; `null`: not every member says, so there is no sum. */
export interface Footprint {
  readonly limits: Amounts;
  /** What members reserve; those that reserve nothing count with their limit. */
  readonly requests: Amounts;
  /** Of which the runtime (supervisord, Python, crun) takes about this. */
  readonly runtimeBytes: number;
  /** Members without a reservation or limit of cpu or memory. */
  readonly unsaid: readonly string[];
  /** Source images, each once: what the bundle's image is at most, but for the runtime's 80 MB. */
  readonly imageBytes: number;
  /** Disks of a service plan; empty without any. */
  readonly storage: readonly StorageTotal[];
  readonly ports: readonly string[];
}

export interface Member {
  readonly service: string;
  readonly image: MemberImage;
  readonly launch: Launch;
  readonly process: ProcessLimits;
  readonly mounts: readonly MemberMount[];
  readonly tmpfs: readonly MemberTmpfs[];
  /** VOLUMEs of the image that no mount covers: absolute paths in the bundle. */
  readonly volumes: readonly string[];
  readonly envFiles: readonly EnvFile[];
  readonly program: Program;
  /** Container ports it is known to listen on, with the evidence. */
  readonly ports: readonly MemberPort[];
  /** Variables of the bundle's `environment` that carry this member's values: name → expression as written; null in plan.json. */
  readonly variables: Readonly<Record<string, string | null>>;
  /** Names on a network of the project by which others reach it: network → names. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** Longest path of dependencies below it. */
  readonly depth: number;
}

export interface MemberImage {
  readonly reference: string;
  /** What the Dockerfile mounts: the digest where there is one, else the reference. */
  readonly source: string;
  readonly id: string;
  readonly digest?: string;
  readonly distribution?: string;
  readonly sizeBytes: number;
}

/** launch.json (docs/bundle-layout.md). */
export interface Launch {
  readonly service: string;
  readonly args: readonly Word[];
  readonly user: Text;
  /** The image's `/etc/passwd` and `/etc/group` where a mount hides them; Docker looks below it for ids. */
  readonly accounts?: { readonly passwd: string; readonly group: string };
  readonly groups: readonly Text[];
  readonly cwd: Text;
  readonly hostname: Text | null;
  readonly environment: {
    readonly prefix: string;
    readonly image: Readonly<Record<string, string>>;
    readonly files: readonly (string | { readonly path: string; readonly format: 'raw' })[];
    readonly passThrough: readonly string[];
    /** Names that env files take from around them → the variable of the container that carries each. */
    readonly fileVariables?: Readonly<Record<string, string>>;
  };
  readonly networks: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  readonly extraHosts: readonly Text[];
  readonly restart: {
    readonly attempts: number | null;
    readonly delaySeconds: number | null;
    readonly windowSeconds: number | null;
  };
  readonly critical: boolean;
  readonly stop: { readonly signal: string; readonly graceSeconds: number };
  readonly dependsOn: readonly Dependency[];
  readonly healthcheck: Healthcheck | null;
  readonly logs: 'prefix' | 'raw';
  readonly stdin: boolean;
  readonly isolation: 'userns' | 'sys-admin' | 'chroot' | null;
  readonly procfs: 'bind' | 'own';
  readonly initProcess: boolean;
  /** Where the Engine mounts in the root. */
  readonly places: readonly string[];
  readonly needs: MemberNeeds;
}

/** The least rung that the member runs with, and why it is not a lesser one. */
export interface MemberNeeds {
  readonly rung: 'chroot' | 'userns' | 'sys-admin';
  readonly why: readonly string[];
}

export interface Dependency {
  readonly service: string;
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  readonly required: boolean;
  readonly restart: boolean;
}

export interface Healthcheck {
  readonly test: readonly Word[];
  readonly shell?: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
  readonly startIntervalSeconds: number;
}

export interface EnvFile {
  /** As written, relative to the project directory. */
  readonly path: string;
  /** Where it stands in the bundle. */
  readonly target: string;
  /** `raw`: values stand as they are, without quotes and expressions. */
  readonly format?: 'raw';
}

/** What the kernel grants the program. */
export interface ProcessLimits {
  readonly capabilities: readonly string[];
  readonly noNewPrivileges: boolean;
  readonly seccomp: 'default' | 'unconfined';
  readonly rlimits: readonly { readonly type: string; readonly soft: number; readonly hard: number }[];
  readonly oomScoreAdj: number | null;
  readonly readOnly: boolean;
  readonly shmBytes: number;
  /** Of its own control group, where the bundle may make some. */
  readonly resources: MemberResources;
  /** Of the member's own namespaces, by name. */
  readonly sysctls: Readonly<Record<string, string>>;
  readonly devices: readonly MemberDevice[];
}

/** A device of the host: the Engine gives it to the bundle at `place`, the member finds it at `target`. */
export interface MemberDevice {
  readonly source: string;
  readonly place: string;
  readonly target: string;
  readonly permissions: string;
}

/** A mount that the Engine makes on the bundle, below the member's root. */
export interface MemberMount {
  readonly key: 'volumes' | 'secrets' | 'configs';
  /** The entry of the rewritten file; its target is the resolved path below `/srv/<service>`. */
  readonly entry: JsonObject;
  /** Its source is a path of the host. */
  readonly isPath: boolean;
}

/** A tmpfs that the member's own configuration mounts. */
export interface MemberTmpfs {
  readonly target: string;
  readonly options: readonly string[];
}

/** The member's section in supervisord.conf. */
export interface Program {
  readonly autorestart: 'true' | 'false' | 'unexpected';
  readonly exitcodes: readonly number[];
  readonly startsecs: number;
  readonly startretries: number;
  readonly stopsignal: string;
  readonly stopwaitsecs: number;
  readonly priority: number;
}

export interface MemberPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly evidence: 'published' | 'expose' | 'x-bundle' | 'url' | 'image';
}
