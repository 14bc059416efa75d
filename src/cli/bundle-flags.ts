/** From flags of the command line to the options of the API. */
import type { BundleOptions } from '../bundle-options.js';
import type { Cell } from '../plan/cell.js';
import type { Target } from '../render/render-files.js';
import { usageError, usageProblems } from './usage-problems.js';

/** As commander gives them. */
export interface ProjectFlags {
  readonly file?: readonly string[];
  readonly envFile?: readonly string[];
  readonly profile?: readonly string[];
  readonly projectName?: string;
  readonly projectDirectory?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly tag?: string;
  readonly base?: string;
  readonly platform?: string;
  readonly pull?: boolean;
  readonly allow?: readonly 'sys-admin'[];
  readonly target: Target;
  readonly split?: boolean;
  readonly cell?: Cell;
  readonly strict?: boolean;
  readonly output?: string;
  readonly templates?: string;
  readonly build?: boolean;
  readonly probe?: boolean;
  readonly push?: boolean;
  readonly metadataFile?: string;
}

/** All of them at once. */
export function refuseUnavailable(flags: object): void {
  const { build, push, metadataFile } = flags as ProjectFlags;
  const needs = (option: string) =>
    usageProblems.USAGE(
      `${option} needs the image that --no-build does not make`,
      `leave out ${option} or --no-build`,
    );
  const problems = [
    ...(build === false && push === true ? [needs('--push')] : []),
    ...(build === false && metadataFile !== undefined ? [needs('--metadata-file')] : []),
  ];
  if (problems.length > 0) throw usageError(...problems);
}

export function bundleOptions(file: string | undefined, flags: ProjectFlags): BundleOptions {
  const {
    projectName,
    projectDirectory,
    tag,
    base,
    platform,
    pull,
    split,
    target,
    cell,
    strict,
    output,
    templates,
    build,
    probe,
    push,
  } = flags;
  return withoutUndefined({
    files: [...(file === undefined ? [] : [file]), ...(flags.file ?? [])],
    envFiles: flags.envFile,
    profiles: flags.profile,
    include: flags.include,
    exclude: flags.exclude,
    allow: flags.allow,
    projectName,
    projectDirectory,
    tag,
    base,
    platform,
    pull,
    split,
    target,
    cell,
    strict,
    output,
    templates,
    build,
    probe,
    push,
  });
}

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** An option that was not given is absent. */
function withoutUndefined<T extends object>(options: T): Partial<Defined<T>> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<Defined<T>>;
}
