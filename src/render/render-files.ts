/** Turns a plan into the files of the output folder: with several bundles one sub-folder each. No Docker, no disk, no clock: templates and runtime come as text. */
import Handlebars from 'handlebars';
import { asText } from '../compose/json.js';
import type { Json, JsonObject, Project } from '../compose/project.js';
import type { Member, Plan, ProjectPlan } from '../plan/plan.js';
import { withoutValues } from '../plan/without-values.js';
import { type Problem, ProblemsError } from '../problems.js';
import { checkDockerfile } from './check-dockerfile.js';
import { checkSupervisord } from './check-supervisord.js';
import { composeFile, localFile } from './compose-file.js';
import { dockerfileView } from './dockerfile-view.js';
import { folderOf } from './folder-of.js';
import { ociConfig } from './oci-config.js';
import { rebaseWith } from './rebase.js';
import { bundleSeccomp } from './seccomp.js';
import { STACK_FILE, stackFile } from './stack-file.js';
import { supervisordView } from './supervisord-view.js';

/** The rewritten file of a service plan for a machine without the platform. */
export const LOCAL_FILE = 'compose.local.yaml';

/** Who runs the bundles. */
export type Target = 'compose' | 'swarm';

/** A file of the output folder; `path` is relative with `/`. */
export interface OutputFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  /** false for files that the image does not need. */
  readonly isInContext: boolean;
}

/** What ships with the program: templates by name, and the Python that runs during the build and in the bundle. */
export interface Assets {
  readonly templates: Readonly<Record<'Dockerfile' | 'supervisord.conf', string>>;
  readonly assembly: readonly ShippedFile[];
  readonly runtime: readonly ShippedFile[];
}

/** `path` is relative to the folder that ships, with `/`. */
export interface ShippedFile {
  readonly path: string;
  readonly content: string;
  readonly isExecutable: boolean;
}

/** The files of one bundle's image, and what its container is started with; paths relative to the bundle's own folder. */
export function renderBundle(plan: Plan, assets: Assets): readonly OutputFile[] {
  const limits = plan.members.map(({ process }) => process);
  const files = [
    file('.dockerignore', '.env\ncompose.local.yaml\ncompose.yaml\nplan.json\nseccomp.json\nstack.yaml\n'),
    file('Dockerfile', dockerfile(plan, assets)),
    file('bundle.json', json(bundleJson(plan))),
    file('supervisord.conf', supervisordConf(plan, assets)),
    ...plan.members.flatMap((member) => memberFiles(member, plan.platform)),
    ...shipped('assembly', assets.assembly),
    ...shipped('runtime', assets.runtime),
    aside('seccomp.json', json(bundleSeccomp(limits, plan.platform))),
  ];
  return files.sort(byPath);
}

/** The output folder; `projectFromOutput`: the project's directory as seen from there. Sorted by path. */
export function renderFiles(
  plan: ProjectPlan,
  project: Project,
  assets: Assets,
  projectFromOutput: string,
  target: Target = 'compose',
): readonly OutputFile[] {
  const own = plan.bundles.flatMap((bundle) =>
    renderBundle(bundle, assets).map((one) => ({ ...one, path: `${folderOf(bundle, plan)}${one.path}` })),
  );
  const rebase = rebaseWith(projectFromOutput);
  const files = [
    ...own,
    aside('compose.yaml', composeFile(plan, project, rebase)),
    ...(plan.servicePlan === undefined ? [] : [aside(LOCAL_FILE, localFile(plan, project, rebase))]),
    ...(target === 'swarm' ? [aside(STACK_FILE, stackFile(plan, project, rebase))] : []),
    aside('plan.json', json(withoutValues(plan))),
  ];
  return files.sort(byPath);
}

function byPath(a: OutputFile, b: OutputFile): number {
  return a.path < b.path ? -1 : 1;
}

function supervisordConf(plan: Plan, assets: Assets): string {
  const text = fill(assets.templates['supervisord.conf'], supervisordView(plan));
  refuse(checkSupervisord(text, plan));
  return text;
}

function dockerfile(plan: Plan, assets: Assets): string {
  const text = fill(assets.templates.Dockerfile, dockerfileView(plan));
  refuse(checkDockerfile(text, plan));
  return text;
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ProblemsError('input', problems);
}

function shipped(folder: string, files: readonly ShippedFile[]): readonly OutputFile[] {
  return files.map(({ path, content, isExecutable }) =>
    file(`${folder}/${path}`, content, isExecutable ? 0o755 : 0o644),
  );
}

function memberFiles(member: Member, platform: string): readonly OutputFile[] {
  return [
    file(`members/${member.service}/config.json`, json(ociConfig(member, platform))),
    file(`members/${member.service}/launch.json`, json(member.launch)),
  ];
}

function bundleJson(plan: Plan): JsonObject {
  const { project, bundle, members, networks, united } = plan;
  return {
    project,
    bundle,
    members: members.map(({ service }) => service),
    networks,
    names: namesOf(members),
    ...(plan.dedup !== false && members.length > 1 ? { sharesFiles: true } : {}),
    ...(plan.grant === 'userns' ? {} : { grant: plan.grant }),
    ...(isForeign(united.network_mode) ? { foreignNetwork: true } : {}),
  };
}

/** A network that is not the container's own: its hosts file is that of whose network it is. */
function isForeign(mode: Json | undefined): boolean {
  return /^(?:host$|service:|container:)/.test(asText(mode) ?? '');
}

/** Every member's names → the networks on which it has them. */
function namesOf(members: readonly Member[]): JsonObject {
  const found = new Map<string, Set<string>>();
  for (const { aliases } of members) {
    for (const [network, names] of Object.entries(aliases)) {
      for (const name of names) found.set(name, (found.get(name) ?? new Set()).add(network));
    }
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, on]) => [name, [...on].sort()]));
}

function file(path: string, content: string, mode = 0o644): OutputFile {
  return { path, content, mode, isInContext: true };
}

function aside(path: string, content: string): OutputFile {
  return { ...file(path, content), isInContext: false };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Templates hold loops and holes only; a hole without a value is an error, not an empty string. */
function fill(template: string, view: object): string {
  const compiled = Handlebars.compile(template, { noEscape: true, strict: true, knownHelpersOnly: true });
  return compiled(view);
}
