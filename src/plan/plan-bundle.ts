/** Decides everything about one bundle. */
import { asObject } from '../compose/json.js';
import type { Json, JsonObject, Project, Service } from '../compose/project.js';
import type { ImageFacts } from '../images/image-facts.js';
import type { Problem } from '../problems.js';
import type { Group, Selected } from '../tenancy/select-members.js';
import { mergePlatformKeys } from '../tenancy/service-plan/merge-platform-keys.js';
import type { Merged } from '../tenancy/service-plan/merged.js';
import { isOfPlan } from '../tenancy/service-plan/read-service-plan.js';
import { checkService } from './check-service.js';
import { checkSharedVolumes } from './check-shared-volumes.js';
import { type DecidedMember, decideMember } from './decide-member.js';
import { expandReplicas, replicaNames } from './expand-replicas.js';
import { fillOnce } from './fill-volumes.js';
import { findCellClashes } from './find-cell-clashes.js';
import { findEndpointClashes } from './find-endpoint-clashes.js';
import { findJoinedNetworks } from './find-joined-networks.js';
import { findLinkClashes } from './find-link-clashes.js';
import { findLowPorts } from './find-low-ports.js';
import { findNameClashes } from './find-name-clashes.js';
import { findNotes } from './find-notes.js';
import { findPortClashes } from './find-port-clashes.js';
import { addressedPorts } from './find-ports.js';
import { findPrefixClashes } from './find-prefix-clashes.js';
import { findProxyProblems } from './find-proxy-problems.js';
import { findReplicaProblems } from './find-replica-problems.js';
import { footprintOf } from './footprint.js';
import { joinNetworkModes, uniteNetworkMode } from './join-network-modes.js';
import { firstFreePort } from './low-ports.js';
import { hostNames } from './name-hosts.js';
import { networksOf } from './name-siblings.js';
import { dependenciesOf, depthsOf } from './order-members.js';
import type { Member, Plan } from './plan.js';
import { planProblems } from './plan-problems.js';
import { uniteExposed } from './unite-exposed.js';
import { uniteHooks } from './unite-hooks.js';
import { restartsOf, strongestRestart, uniteServices } from './unite-services.js';

export interface BundleInput {
  readonly project: Project;
  readonly group: Group;
  /** Facts of each member's image, by service; a member without is a problem. */
  readonly images: ReadonlyMap<string, ImageFacts>;
  readonly base: string;
  readonly platform: string | undefined;
  readonly allowsSysAdmin: boolean;
  /** Files that members have in common are stored once; so without a word. */
  readonly dedup?: boolean;
  /** What an env file of the project holds; undefined when there is none. */
  readonly envFileText: (path: string) => string | undefined;
}

export interface PlannedBundle {
  readonly plan: Plan;
  readonly problems: readonly Problem[];
}

/** Time that the runtime itself needs to end, beyond the members' graces. */
const STOP_MARGIN_SECONDS = 2;

export function planBundle(given: BundleInput): PlannedBundle {
  const { project } = given;
  const declared = given.group.members.map(({ service }) => service);
  const input = withReplicas(given);
  const { group } = input;
  const services = group.members.map(({ service }) => service);
  const network = uniteNetworkMode(services, project.locate);
  const allowsSysAdmin = isAllowed(input);
  const decided = decideMembers(input, services);
  const members = fillOnce(
    decided.map(({ member }) => member).sort((a, b) => a.depth - b.depth || (a.service < b.service ? -1 : 1)),
    input.images,
  );
  const united = uniteServices(services, project.locate);
  const networks = networkAliases(input, services);
  const inOrder = inStartOrder(services, members);
  const hooks = uniteHooks(inOrder, project.locate);
  const platform = platformKeys(project, inOrder);
  const service = { ...united.service, restart: strongestRestart(restartsOf(services)) };
  const plan: Plan = {
    project: project.name,
    bundle: group.key,
    tag: group.tag,
    base: input.base,
    platform: input.platform ?? firstPlatform(input) ?? 'linux/amd64',
    grant: allowsSysAdmin ? 'sys-admin' : 'userns',
    ...(input.dedup === false ? { dedup: false as const } : {}),
    members,
    united: {
      ...(isOfPlan(project) ? inMegabytes(service) : service),
      ...platform.keys,
      ...hooks.service,
      ...network.service,
      ...uniteExposed(services, input.images, project, network.service),
    },
    networks,
    stopSeconds: stopSecondsOf(members),
    footprint: footprintOf(services, members),
    notes: findNotes(members, input.images, service),
  };
  const problems = [
    ...declared.flatMap((service) => checkService(service, project.locate, allowsSysAdmin)),
    ...declared.flatMap((service) => checkSharedVolumes(service, project, given.images)),
    ...declared.flatMap((service) => findReplicaProblems(service, members, project)),
    ...decided.flatMap((one) => one.problems),
    ...united.problems,
    ...network.problems,
    ...hooks.problems,
    ...platform.problems,
    ...(allowsSysAdmin ? [] : findLowPorts(members, services, project.locate)),
    ...clashesBetween(input, services, members),
  ];
  return { plan, problems };
}

/** By the caller, or for one member by the project. */
function isAllowed({ allowsSysAdmin, group }: BundleInput): boolean {
  return allowsSysAdmin || group.members.some(({ overrides }) => overrides.allow === 'sys-admin');
}

/** What two members cannot both have. */
function clashesBetween(
  input: BundleInput,
  services: readonly Service[],
  members: readonly Member[],
): readonly Problem[] {
  const { project, group } = input;
  return [
    ...findCellClashes(group.members, project.locate),
    ...findPrefixClashes(services, project),
    ...findPlatformMix(input),
    ...findPortClashes(members, project.locate),
    ...findEndpointClashes(services, Object.keys(networkAliases(input, services)), project.locate),
    ...findLinkClashes(services, project.locate),
    ...findProxyProblems(services, members, project.locate),
    ...findNameClashes(services, project),
    ...findJoinedNetworks(services, project),
  ];
}

function inStartOrder(services: readonly Service[], members: readonly Member[]): readonly Service[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  return members.flatMap(({ service }) => byName.get(service) ?? []);
}

/** Replicas are members of their own; who uses another member's network is on its networks. */
function withReplicas(input: BundleInput): BundleInput {
  const images = input.group.members.flatMap(({ service }) => {
    const facts = input.images.get(service.name);
    return facts === undefined ? [] : replicaNames(service).map((name) => [name, facts] as const);
  });
  const members = joinNetworkModes(expandReplicas(input.group.members, input.project));
  return { ...input, images: new Map(images), group: { ...input.group, members } };
}

function decideMembers(input: BundleInput, services: readonly Service[]): readonly DecidedMember[] {
  const depths = depthsOf(services);
  const freePort = firstFreePort(services);
  const addressed = addressedPorts(input.project.services);
  const names = new Set(services.map(({ name }) => name));
  const hosts = hostNames(input.project.name, services, input.images);
  const needed = services.flatMap(dependenciesOf).filter(({ required }) => required);
  const awaited = new Set(needed.map(({ service }) => service));
  return input.group.members.flatMap((selected: Selected) => {
    const { name } = selected.service;
    const image = input.images.get(name);
    if (image === undefined) return [];
    const around = {
      project: input.project,
      members: names,
      depth: depths.get(name) ?? 0,
      addressed,
      envFileText: input.envFileText,
      isAwaited: awaited.has(name),
      hostname: hosts.get(name) ?? null,
      firstFreePort: freePort,
    };
    return [decideMember(selected, image, around)];
  });
}

function platformKeys(project: Project, members: readonly Service[]): Merged {
  return isOfPlan(project) ? mergePlatformKeys(members, project.locate) : { keys: {}, problems: [] };
}

/** Whole `M`, which every reader of a service plan knows. */
function inMegabytes(service: JsonObject): JsonObject {
  const deploy = asObject(service.deploy);
  const kinds = Object.entries(asObject(deploy.resources)).map(([kind, amounts]): [string, Json] => {
    const { memory, ...rest } = asObject(amounts);
    return [
      kind,
      memory === undefined ? rest : { ...rest, memory: `${Math.ceil(Number(memory) / 1024 ** 2)}M` },
    ];
  });
  return kinds.length === 0
    ? service
    : { ...service, deploy: { ...deploy, resources: Object.fromEntries(kinds) } };
}

/** Members and the platforms of their images. */
function platformsOf({ group, images }: BundleInput): readonly { name: string; platform: string }[] {
  return group.members.flatMap(({ service: { name } }) => {
    const platform = images.get(name)?.platform;
    return platform === undefined ? [] : [{ name, platform }];
  });
}

function firstPlatform(input: BundleInput): string | undefined {
  return platformsOf(input)[0]?.platform;
}

function networkAliases(
  { project, group }: BundleInput,
  services: readonly Service[],
): Readonly<Record<string, string>> {
  const networks = [...new Set(services.flatMap(networksOf))].sort();
  return Object.fromEntries(networks.map((network) => [network, `${project.name}.${group.key}.${network}`]));
}

/** Depth after depth, members of one depth together. */
function stopSecondsOf(members: readonly Member[]): number {
  const byDepth = new Map<number, number>();
  for (const { depth, program } of members)
    byDepth.set(depth, Math.max(byDepth.get(depth) ?? 0, program.stopwaitsecs));
  return [...byDepth.values()].reduce((sum, seconds) => sum + seconds, STOP_MARGIN_SECONDS);
}

function findPlatformMix(input: BundleInput): readonly Problem[] {
  const { project, platform } = input;
  const [first, ...others] = platformsOf(input);
  if (first === undefined) return [];
  const at = (name: string) => project.locate(['services', name]);
  const unlike = (platform === undefined ? others : [first, ...others]).filter(
    (one) => one.platform !== (platform ?? first.platform),
  );
  return unlike.map(({ name, platform: own }) =>
    platform === undefined
      ? planProblems.PLATFORM_MIX(first.name, first.platform, name, own, at(name))
      : planProblems.PLATFORM_OTHER(name, own, platform, at(name)),
  );
}
