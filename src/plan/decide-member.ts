/** Everything about one member, from its service and its image. */
import { asObject, asText, asTexts } from '../compose/json.js';
import type { Locate, Project, Service } from '../compose/project.js';
import type { ImageFacts } from '../images/image-facts.js';
import type { Problem } from '../problems.js';
import type { Selected } from '../tenancy/select-members.js';
import { decideArguments } from './decide-arguments.js';
import { decideEnvironment, type Environment } from './decide-environment.js';
import { decideHealth } from './decide-health.js';
import { decideImage, imageProblems } from './decide-image.js';
import { decideMounts, type Mounts, placesOf } from './decide-mounts.js';
import { decideProcess } from './decide-process.js';
import { decideProgram, decideRestart, type Restart } from './decide-restart.js';
import { decideRung } from './decide-rung.js';
import { parseSeconds } from './durations.js';
import { findPorts } from './find-ports.js';
import {
  type Bound,
  bindText,
  bindTexts,
  mergeVariables,
  type Variables,
  variablePrefix,
} from './late-binding.js';
import { lowPorts } from './low-ports.js';
import { linksTo, namesOn, networksOf } from './name-siblings.js';
import { dependenciesOf } from './order-members.js';
import type { Dependency, Healthcheck, Launch, Member, Text, Word } from './plan.js';
import { planProblems } from './plan-problems.js';
import { isSignal } from './signal-names.js';

/** What a member has to know of the others. */
export interface Neighbourhood {
  readonly project: Project;
  /** Names of all members. */
  readonly members: ReadonlySet<string>;
  readonly depth: number;
  /** Ports that services are addressed at, by host name. */
  readonly addressed: ReadonlyMap<string, readonly number[]>;
  readonly envFileText: (path: string) => string | undefined;
  readonly isAwaited: boolean;
  /** Where the service has none of its own; null for that of the bundle's container. */
  readonly hostname: string | null;
  /** Below it listening takes a capability over the network. */
  readonly firstFreePort: number;
}

export interface DecidedMember {
  readonly member: Member;
  readonly problems: readonly Problem[];
}

interface Parts {
  readonly args: Bound<readonly Word[]>;
  readonly user: Bound<Text>;
  readonly groups: Bound<readonly Text[]>;
  readonly cwd: Bound<Text>;
  readonly hostname: Bound<Text> | undefined;
  readonly extraHosts: Bound<readonly Text[]>;
  readonly health: Bound<Healthcheck | null>;
  readonly environment: Environment;
  readonly mounts: Mounts;
  readonly restart: Restart;
  readonly stop: Launch['stop'];
}

export function decideMember(selected: Selected, image: ImageFacts, around: Neighbourhood): DecidedMember {
  const { service, overrides } = selected;
  const parts = decideParts(service, image, around);
  const { locate } = around.project;
  const problems = [
    ...(parts.args.value.length === 0
      ? [planProblems.NO_COMMAND(service.name, locate(['services', service.name]))]
      : []),
    ...imageProblems(service, image, locate(['services', service.name, 'image'])),
    ...restartProblems(service, locate),
    ...stopProblems(service.name, overrides.stopsignal, parts.stop.signal, locate),
    ...directoryProblems(service, around),
    ...parts.mounts.problems,
  ];
  const process = decideProcess(service);
  const ports = findPorts(service, image.config, overrides, around.addressed.get(service.name) ?? []);
  const needs = decideRung(service, image, parts.args.value, {
    ...process,
    lowPorts: lowPorts(ports, process, around.firstFreePort),
    check: parts.health.value?.test ?? [],
  });
  const member: Member = {
    service: service.name,
    image: decideImage(image),
    launch: { ...launchOf(selected, image, parts, around), needs },
    process,
    mounts: parts.mounts.mounts,
    tmpfs: parts.mounts.tmpfs,
    volumes: parts.mounts.volumes,
    envFiles: parts.environment.files,
    program: decideProgram(parts.restart.policy, parts.stop, around.depth, overrides),
    ports,
    variables: variablesOf(parts),
    aliases: Object.fromEntries(
      networksOf(service).map((network) => [network, namesOn(around.project.name, service, network)]),
    ),
    depth: around.depth,
  };
  return { member, problems };
}

function restartProblems(service: Service, locate: Locate): readonly Problem[] {
  const { name, resolved } = service;
  const deploy = asObject(asObject(resolved.deploy).restart_policy);
  const path = ['deploy', 'restart_policy'];
  if (Object.keys(deploy).length > 0 && deploy.condition === undefined)
    return [planProblems.RESTART_UNSAID(name, locate(['services', name, ...path]))];
  if (decideRestart(service) !== undefined) return [];
  const at = deploy.condition === undefined ? ['restart'] : [...path, 'condition'];
  return [
    planProblems.VALUE_REFUSED(
      name,
      at.join('.'),
      asText(deploy.condition ?? resolved.restart) ?? '',
      locate(['services', name, ...at]),
      'use no, always, unless-stopped, on-failure or on-failure:N',
    ),
  ];
}

/** The Engine refuses them too. */
function stopProblems(
  name: string,
  override: string | undefined,
  own: string,
  locate: Locate,
): readonly Problem[] {
  const signal = override ?? own;
  if (isSignal(signal)) return [];
  const path = override === undefined ? ['stop_signal'] : ['x-bundle', 'stopsignal'];
  const at = locate(['services', name, ...path]);
  const fix = 'use a name or number of signal(7)';
  return [planProblems.VALUE_REFUSED(name, path.join('.'), signal, at, fix)];
}

/** The Engine refuses them too. */
function directoryProblems({ name, resolved }: Service, { project }: Neighbourhood): readonly Problem[] {
  const directory = asText(resolved.working_dir) ?? '';
  if (directory === '' || directory.startsWith('/')) return [];
  return [
    planProblems.VALUE_REFUSED(
      name,
      'working_dir',
      directory,
      project.locate(['services', name, 'working_dir']),
      'write an absolute path',
    ),
  ];
}

function decideParts(service: Service, image: ImageFacts, around: Neighbourhood): Parts {
  const prefix = variablePrefix(service.name);
  const { written, resolved } = service;
  const hostname = asText(written.hostname);
  return {
    args: decideArguments(prefix, service, image.config),
    user: bindText(prefix, 'USER', asText(written.user) ?? '', image.config.user),
    groups: bindTexts(prefix, 'GROUP', asTexts(written.group_add)),
    cwd: bindText(prefix, 'CWD', asText(written.working_dir) ?? '', image.config.workingDir || '/'),
    hostname: hostname === undefined ? undefined : bindText(prefix, 'HOSTNAME', hostname),
    extraHosts: bindTexts(prefix, 'HOST', asTexts(written.extra_hosts)),
    health: decideHealth(prefix, service, image.config),
    environment: decideEnvironment(prefix, service, image.config, around.envFileText),
    mounts: decideMounts(service, image, around.project.locate),
    restart: decideRestart(service) ?? {
      policy: 'no',
      launch: { attempts: null, delaySeconds: null, windowSeconds: null },
    },
    stop: {
      signal: asText(resolved.stop_signal) ?? image.config.stopSignal ?? 'SIGTERM',
      graceSeconds: parseSeconds(asText(resolved.stop_grace_period) ?? '') ?? 10,
    },
  };
}

function launchOf(
  { service, overrides }: Selected,
  { passwd, group }: ImageFacts,
  parts: Parts,
  around: Neighbourhood,
): Omit<Launch, 'needs'> {
  const dependsOn: readonly Dependency[] = dependenciesOf(service).filter((dependency) =>
    around.members.has(dependency.service),
  );
  const accounts = { passwd, group };
  return {
    service: service.name,
    args: parts.args.value,
    user: parts.user.value,
    ...(hidesAccounts(service.name, parts.mounts) ? { accounts } : {}),
    groups: parts.groups.value,
    cwd: parts.cwd.value,
    hostname: parts.hostname?.value ?? around.hostname,
    environment: parts.environment.launch,
    networks: networksOf(service),
    links: linksTo(service, around.members),
    extraHosts: parts.extraHosts.value,
    restart: parts.restart.launch,
    critical: overrides.critical ?? (parts.restart.policy !== 'no' || around.isAwaited),
    stop: {
      signal: overrides.stopsignal ?? parts.stop.signal,
      graceSeconds: overrides.stopwaitsecs ?? parts.stop.graceSeconds,
    },
    dependsOn,
    healthcheck: parts.health.value,
    logs: overrides.logs ?? 'prefix',
    stdin: service.resolved.stdin_open === true,
    isolation: overrides.isolation ?? null,
    procfs: overrides.procfs ?? 'bind',
    initProcess: service.resolved.init === true,
    places: placesOf(service.name, parts.mounts),
  };
}

function hidesAccounts(service: string, mounts: Mounts): boolean {
  return placesOf(service, mounts).some((path) => ['/etc', '/etc/passwd', '/etc/group'].includes(path));
}

function variablesOf(parts: Parts): Variables {
  const bound = [
    parts.args,
    parts.user,
    parts.groups,
    parts.cwd,
    parts.extraHosts,
    parts.health,
    parts.environment,
  ];
  const all = mergeVariables(parts.hostname === undefined ? bound : [...bound, parts.hostname]);
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}
