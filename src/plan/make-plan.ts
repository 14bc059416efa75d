/** Decides everything about the bundle and touches nothing: no Docker, no disk, no clock. */
import type { Project, Service } from '../compose/project.js';
import type { ImageFacts } from '../images/image-facts.js';
import type { Problem } from '../problems.js';
import type { Selected, Selection } from '../tenancy/select-members.js';
import { checkService } from './check-service.js';
import { type DecidedMember, decideMember } from './decide-member.js';
import { findDedicatedDependencies } from './find-dedicated-dependencies.js';
import { findJoinedNetworks } from './find-joined-networks.js';
import { findPortClashes } from './find-port-clashes.js';
import { textsWithAddresses } from './find-ports.js';
import { variablePrefix } from './late-binding.js';
import { networksOf } from './name-siblings.js';
import { dependenciesOf, depthsOf } from './order-members.js';
import type { Member, Plan } from './plan.js';
import { planProblems } from './plan-problems.js';
import { restartsOf, strongestRestart, uniteServices } from './unite-services.js';

export interface PlanInput {
  readonly project: Project;
  readonly selection: Selection;
  /** Facts of each member's image, by service; a member without is a problem. */
  readonly images: ReadonlyMap<string, ImageFacts>;
  readonly tag: string | undefined;
  readonly base: string;
  readonly platform: string | undefined;
  readonly allowsSysAdmin: boolean;
  /** Whether a file of the project (an optional env file) exists. */
  readonly isPresent: (path: string) => boolean;
}

export interface Planned {
  readonly plan: Plan;
  readonly problems: readonly Problem[];
}

/** Time that the runtime itself needs to end, beyond the members' graces. */
const STOP_MARGIN_SECONDS = 2;

export function makePlan(input: PlanInput): Planned {
  const { project, selection } = input;
  const services = selection.members.map(({ service }) => service);
  const allowsSysAdmin =
    input.allowsSysAdmin || selection.members.some(({ overrides }) => overrides.allow === 'sys-admin');
  const decided = decideMembers(input, services);
  const members = decided
    .map(({ member }) => member)
    .sort((a, b) => a.depth - b.depth || (a.service < b.service ? -1 : 1));
  const united = uniteServices(services, project.locate);
  const plan: Plan = {
    version: 1,
    project: project.name,
    bundle: bundleKey(project),
    tag: input.tag ?? `${project.name}-bundle:latest`,
    base: input.base,
    platform: input.platform ?? firstPlatform(input.images) ?? 'linux/amd64',
    grant: allowsSysAdmin ? 'sys-admin' : 'userns',
    members,
    dedicated: selection.dedicated,
    united: { ...united.service, restart: strongestRestart(restartsOf(services)) },
    networks: networkAliases(project, services),
    stopSeconds: stopSecondsOf(members),
  };
  const problems = [
    ...services.flatMap((service) => checkService(service, project.locate, allowsSysAdmin)),
    ...decided.flatMap((one) => one.problems),
    ...united.problems,
    ...findPrefixClashes(services, project),
    ...findPlatformMix(input),
    ...findPortClashes(members, project.locate),
    ...findJoinedNetworks(services, project.locate),
    ...findDedicatedDependencies(project, services),
  ];
  return { plan, problems };
}

function decideMembers(input: PlanInput, services: readonly Service[]): readonly DecidedMember[] {
  const depths = depthsOf(services);
  const texts = input.project.services.flatMap(textsWithAddresses);
  const awaited = new Set(
    services.flatMap((service) => dependenciesOf(service).map((dependency) => dependency.service)),
  );
  return input.selection.members.flatMap((selected: Selected) => {
    const { name } = selected.service;
    const image = input.images.get(name);
    if (image === undefined) return [];
    const around = {
      project: input.project,
      members: services,
      depth: depths.get(name) ?? 0,
      texts,
      isPresent: input.isPresent,
      isAwaited: awaited.has(name),
    };
    return [decideMember(selected, image, around)];
  });
}

/** `bundle`, or the next free name when a service of the project has it. */
function bundleKey(project: Project): string {
  const taken = new Set([...project.services.map(({ name }) => name), ...Object.keys(project.inactive)]);
  return ['bundle', 'bundle-shared'].find((name) => !taken.has(name)) ?? `bundle-${project.name}`;
}

function firstPlatform(images: ReadonlyMap<string, ImageFacts>): string | undefined {
  return [...images.values()][0]?.platform;
}

function networkAliases(project: Project, services: readonly Service[]): Readonly<Record<string, string>> {
  const networks = [...new Set(services.flatMap(networksOf))].sort();
  return Object.fromEntries(
    networks.map((network) => [network, `${project.name}.${bundleKey(project)}.${network}`]),
  );
}

/** Depth after depth, members of one depth together. */
function stopSecondsOf(members: readonly Member[]): number {
  const byDepth = new Map<number, number>();
  for (const { depth, program } of members)
    byDepth.set(depth, Math.max(byDepth.get(depth) ?? 0, program.stopwaitsecs));
  return [...byDepth.values()].reduce((sum, seconds) => sum + seconds, STOP_MARGIN_SECONDS);
}

function findPrefixClashes(services: readonly Service[], project: Project): readonly Problem[] {
  return services.flatMap((second, index) => {
    const prefix = variablePrefix(second.name);
    const first = services.slice(0, index).find(({ name }) => variablePrefix(name) === prefix);
    return first === undefined
      ? []
      : [
          planProblems.PREFIX_CLASH(
            first.name,
            second.name,
            prefix,
            project.locate(['services', second.name]),
          ),
        ];
  });
}

function findPlatformMix({ images, project, platform }: PlanInput): readonly Problem[] {
  const [first, ...others] = [...images].map(([name, facts]) => ({ name, platform: facts.platform }));
  if (first === undefined) return [];
  const wanted = {
    name: platform === undefined ? first.name : '--platform',
    platform: platform ?? first.platform,
  };
  return (platform === undefined ? others : [first, ...others])
    .filter((other) => other.platform !== wanted.platform)
    .map((other) =>
      planProblems.PLATFORM_MIX(
        wanted.name,
        wanted.platform,
        other.name,
        other.platform,
        project.locate(['services', other.name]),
      ),
    );
}
