/** Reads a fixture: a compose file, what Compose made of it, and the facts of its images. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProject } from '../src/compose/load-project.js';
import type { Project } from '../src/compose/project.js';
import type { ImageFacts } from '../src/images/image-facts.js';
import type { Cell } from '../src/plan/cell.js';
import { makePlan, type Planned } from '../src/plan/make-plan.js';
import type { Problem } from '../src/problems.js';
import type { Target } from '../src/render/render-files.js';
import { stackProblems } from '../src/render/stack-file.js';
import { type Selection, selectMembers } from '../src/tenancy/select-members.js';

export const FIXTURES = 'fixtures';

export interface FixtureOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly allow?: readonly string[];
  readonly platform?: string;
  readonly tag?: string;
  /** What Compose warned about. */
  readonly warnings?: readonly string[];
  readonly split?: boolean;
  readonly strict?: boolean;
  readonly cell?: Cell;
  readonly target?: Target;
}

export interface Fixture {
  readonly folder: string;
  readonly options: FixtureOptions;
  readonly project: Project;
  readonly selection: Selection;
  readonly planned: Planned;
  readonly problems: readonly Problem[];
}

export function fixtureNames(group: string): readonly string[] {
  return readdirSync(join(FIXTURES, group), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Files beside `compose.yaml`: `resolved.yaml` and `written.yaml` (recorded), `options.json` when it needs some. */
export function readFixture(folder: string): Fixture {
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const has = (name: string) => readdirSync(folder).includes(name);
  const options: FixtureOptions = has('options.json') ? JSON.parse(text('options.json')) : {};
  const project = loadProject({
    resolved: text('resolved.yaml'),
    written: text('written.yaml'),
    everything: text('everything.yaml'),
    warnings: options.warnings ?? [],
    sources: [{ file: 'compose.yaml', text: text('compose.yaml') }],
    directory: '/project',
    envFiles: [],
  });
  const selection = selectMembers(project, {
    include: options.include ?? [],
    exclude: options.exclude ?? [],
    tag: options.tag,
  });
  const planned = makePlan({
    project,
    selection,
    images: imagesFor(selection),
    base: 'debian:trixie-slim',
    platform: options.platform,
    allowsSysAdmin: options.allow?.includes('sys-admin') === true,
    split: options.split === true,
    isStrict: options.strict === true,
    cell: options.cell,
    envFileText: (path) => (existsSync(join(folder, path)) ? text(path) : undefined),
  });
  return {
    folder,
    options,
    project: planned.project,
    selection,
    planned,
    problems: [
      ...selection.problems,
      ...planned.problems,
      ...(options.target === 'swarm' ? stackProblems(planned.plan, planned.project) : []),
    ],
  };
}

const IMAGES: Readonly<Record<string, Partial<ImageFacts>>> = JSON.parse(
  readFileSync(join(FIXTURES, 'images.json'), 'utf8'),
);

/** Recorded facts by reference; what a record leaves out is that of an image without any configuration. */
function imagesFor(selection: Selection): ReadonlyMap<string, ImageFacts> {
  const members = selection.groups.flatMap((group) => group.members);
  const entries = members.flatMap(({ service }): [string, ImageFacts][] => {
    const reference = String(service.resolved.image ?? '');
    const facts = IMAGES[reference];
    return facts === undefined ? [] : [[service.name, completeFacts(reference, facts)]];
  });
  return new Map(entries);
}

/** What a record leaves out is that of an image without any configuration. */
export function completeFacts(reference: string, facts: Partial<ImageFacts>): ImageFacts {
  const config = {
    entrypoint: [],
    cmd: [],
    env: [],
    user: '',
    workingDir: '',
    exposedPorts: [],
    volumes: [],
    labels: {},
    onBuild: [],
    ...facts.config,
  };
  const empty = { platform: 'linux/amd64', sizeBytes: 1000, layers: [], passwd: '', group: '', links: {} };
  return {
    reference,
    id: `sha256:${reference.padEnd(64, '0').replace(/[^0-9a-f]/g, '0')}`,
    ...empty,
    ...facts,
    config,
  };
}
