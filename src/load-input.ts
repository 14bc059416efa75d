/** Reads the project and the images of its members: everything that a plan is made from. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { assertFolder } from './assert-folder.js';
import type { BundleEvent, PlanOptions } from './bundle-options.js';
import { expressionsFile, expressionValues } from './compose/expressions-file.js';
import { fullName, imageOf } from './compose/image-name.js';
import { volumesSource } from './compose/inherit-volumes.js';
import { asTexts } from './compose/json.js';
import { loadProject } from './compose/load-project.js';
import type { Project, Service } from './compose/project.js';
import type { ComposeRun, Engine, ProjectOptions } from './engine/engine.js';
import { type Found, findComposeFiles, givenEnvFiles } from './find-compose-files.js';
import type { ImageFacts } from './images/image-facts.js';
import { inputProblems } from './input-problems.js';
import { mountTargets } from './plan/decide-mounts.js';
import { sharedVolumeTargets } from './plan/fill-volumes.js';
import { planProblems } from './plan/plan-problems.js';
import { type Problem, ProblemsError } from './problems.js';
import { type Evaluate, readSources } from './read-sources.js';
import type { Selection } from './tenancy/select-members.js';
import { variableProblems } from './variable-problems.js';

/** Fills in what the user left out: the files that Compose would take. Reads stdin when it is one of them. */
export async function projectOptions(engine: Engine, options: PlanOptions): Promise<ProjectOptions> {
  const { projectDirectory } = options;
  if (projectDirectory !== undefined) assertFolder(projectDirectory, projectDirectory);
  const { files, envFiles } = await namedFiles(engine, options);
  if (files.length === 0) {
    throw new ProblemsError('usage', [inputProblems.NO_COMPOSE_FILE()]);
  }
  const first = files.find((file) => file !== '-');
  if (projectDirectory === undefined && first !== undefined) assertFolder(dirname(first), first);
  return {
    files,
    envFiles,
    profiles: options.profiles ?? [],
    ...(files.includes('-') ? { stdin: options.stdin ?? readFileSync(0, 'utf8') } : {}),
    ...(options.projectName === undefined ? {} : { projectName: options.projectName }),
    ...(projectDirectory === undefined ? {} : { projectDirectory }),
  };
}

async function namedFiles(
  engine: Engine,
  { files = [], envFiles = [], ...options }: PlanOptions,
): Promise<Found> {
  const given = { envFiles, environment: process.env };
  if (files.length > 0) return { files, envFiles: givenEnvFiles(given) };
  return findComposeFiles({
    ...given,
    projectDirectory: options.projectDirectory,
    valuesOf: (texts, folder, own) => valuesIn(engine, expressionsFile(texts), folder, own),
  });
}

/** The project as Compose resolves it. `readable`: what Compose is given, where that is not the user's own files. */
export async function readProject(
  engine: Engine,
  options: ProjectOptions,
  readable: ProjectOptions = options,
): Promise<Project> {
  const first = options.files.find((file) => file !== '-');
  const directory = resolve(options.projectDirectory ?? (first === undefined ? '.' : dirname(first)));
  const sources = await readSources(options, directory, evaluateWith(engine));
  const configs = await engine.composeConfig(readable);
  if (configs.written === undefined) {
    const failure = configs.writtenFailure ?? 'docker compose config --no-interpolate failed';
    throw new ProblemsError('input', variableProblems(sources, failure));
  }
  return loadProject({
    resolved: configs.resolved,
    written: configs.written,
    everything: configs.everything,
    warnings: configs.warnings,
    sources: sources.named,
    referenced: sources.referenced,
    directory,
    envFiles: options.envFiles,
  });
}

function evaluateWith(engine: Engine): Evaluate {
  return (stdin, folder, envFiles) => valuesIn(engine, stdin, folder, envFiles).catch(() => undefined);
}

async function valuesIn(
  engine: Engine,
  stdin: string,
  projectDirectory: string,
  envFiles: readonly string[],
): Promise<readonly string[]> {
  const options = { files: ['-'], stdin, envFiles, profiles: [], projectDirectory };
  return expressionValues((await engine.composeConfig(options)).resolved);
}

/** What an env file of the project holds now, undefined when there is none; one whose path is an expression counts as empty. */
export function envFileTexts(project: Project): (path: string) => string | undefined {
  return (path) => {
    if (path.includes('$')) return '';
    // As Compose does (compose-go, ExpandUser).
    const file = resolve(project.directory, path.replace(/^~/, homedir));
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true
      ? readFileSync(file, 'utf8')
      : undefined;
  };
}

export interface ImageOptions {
  readonly pull: boolean;
  /** Build `build:` sections even when their images are there. */
  readonly rebuild: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: BundleEvent) => void;
}

/**
 * Facts of every member's image, and of those whose volumes a member takes; built or pulled by Compose where that is
 * needed; by service.
 */
export async function readImages(
  engine: Engine,
  project: Project,
  selection: Selection,
  options: ProjectOptions,
  wanted: ImageOptions,
): Promise<ReadonlyMap<string, ImageFacts>> {
  const members = selection.groups.flatMap((group) => group.members.map(({ service }) => service));
  const services = [...new Set([...members, ...members.flatMap((member) => volumeOwners(member, project))])];
  const before = await factsOf(engine, project, services);
  const run: ComposeRun = { onLine: (text) => wanted.onEvent({ type: 'line', text }), signal: wanted.signal };
  const there = new Set([...before.keys()].map((reference) => fullName(reference ?? '')));
  const isMissing = (service: Service) => !there.has(referenceOf(project, service));
  const builders = buildersOf(services, project);
  const toBuild = builders.filter((service) => wanted.rebuild || isMissing(service));
  const built = new Set(builders.map((service) => referenceOf(project, service)));
  const toPull = services.filter(
    (service) =>
      !built.has(referenceOf(project, service)) &&
      imageOf(project, service) !== undefined &&
      (wanted.pull || isMissing(service)),
  );
  if (toBuild.length > 0)
    await engine.composeBuild(
      options,
      toBuild.map(({ name }) => name),
      run,
    );
  if (toPull.length > 0)
    await engine.composePull(
      options,
      toPull.map(({ name }) => name),
      run,
    );
  const isChanged = toBuild.length + toPull.length > 0;
  const changed = new Set([...built, ...toPull.map((service) => referenceOf(project, service))]);
  const unchanged = new Map([...before].filter(([reference]) => !changed.has(fullName(reference ?? ''))));
  const facts = isChanged ? await factsOf(engine, project, services, unchanged) : before;
  const missing = services.filter((service) => !facts.has(imageOf(project, service)));
  if (missing.length > 0) {
    throw new ProblemsError(
      'input',
      missing.map((service) => missingImage(project, service)),
    );
  }
  return new Map(
    services.flatMap((service) => {
      const found = facts.get(imageOf(project, service));
      return found === undefined ? [] : [[service.name, found]];
    }),
  );
}

/** Services that build the images of these; another than the one that uses it may do so. */
function buildersOf(services: readonly Service[], project: Project): readonly Service[] {
  const wanted = new Set(services.map((service) => referenceOf(project, service)));
  return project.services.filter(
    (service) => service.resolved.build !== undefined && wanted.has(referenceOf(project, service)),
  );
}

function referenceOf(project: Project, service: Service): string {
  return fullName(imageOf(project, service) ?? '');
}

/** Dedicated services that a member takes volumes from: those of their images are anonymous. */
function volumeOwners({ resolved }: Service, { services }: Project): readonly Service[] {
  const names = asTexts(resolved.volumes_from).map((text) => volumesSource(text)?.service);
  return services.filter(({ name }) => names.includes(name));
}

function missingImage(project: Project, service: Service): Problem {
  const reference = imageOf(project, service);
  const at = project.locate(['services', service.name, 'image']);
  return reference === undefined
    ? planProblems.NO_IMAGE(service.name, at)
    : planProblems.IMAGE_MISSING(service.name, reference, at);
}

/** Facts by reference. Each image is looked at once for all services that use it; what is `known` is not looked at. */
async function factsOf(
  engine: Engine,
  project: Project,
  services: readonly Service[],
  known: ReadonlyMap<string | undefined, ImageFacts> = new Map(),
): Promise<ReadonlyMap<string | undefined, ImageFacts>> {
  const references = [...new Set(services.flatMap((service) => imageOf(project, service) ?? []))];
  const found = references.map(async (reference) => {
    const using = services.filter((service) => imageOf(project, service) === reference);
    const facts =
      known.get(reference) ??
      (await engine.inspectImage(
        reference,
        using.flatMap(mountTargets),
        using.map(commandWords),
        using.flatMap((service) => sharedVolumeTargets(service, services)),
      ));
    return facts === undefined ? [] : [[reference, facts] as const];
  });
  return new Map((await Promise.all(found)).flat());
}

/** Words of the service's own command, which may name programs of the image. */
function commandWords({ resolved }: Service): readonly string[] {
  return [...asTexts(resolved.entrypoint), ...asTexts(resolved.command)];
}

/**
 * The project's directory as seen from the output folder, with `/`; absolute where a link leads there, since Compose
 * counts from the path that it is given, and the other way from the real one.
 */
export function projectFrom(given: string, real: string, { directory }: Project): string {
  const path = relative(given, directory);
  return (path === relative(real, realpathSync(directory)) ? path || '.' : directory).replaceAll('\\', '/');
}

/** The project's `.env`, when it has one. */
export function dotEnv(project: Project): string | undefined {
  const path = join(project.directory, '.env');
  return existsSync(path) ? path : undefined;
}
