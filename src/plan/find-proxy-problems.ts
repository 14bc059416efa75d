/** What proxies and others that watch the Engine read of a container, and cannot tell apart in a bundle. */
import { asObject, asText } from '../compose/json.js';
import type { JsonObject, Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { variablePrefix } from './late-binding.js';
import type { Member } from './plan.js';
import { planProblems } from './plan-problems.js';

/** Nothing is ambiguous where there is one member. */
export function findProxyProblems(
  services: readonly Service[],
  members: readonly Member[],
  locate: Locate,
): readonly Problem[] {
  if (services.length < 2) return [];
  const routed = services.filter((service) => routersOf(service).length > 0);
  return services.flatMap((service) => {
    const others = routed.filter((other) => other !== service);
    return [
      ...unnamedServices(service, others, locate),
      ...unnamedPort(service, members, locate),
      ...unnamedHost(service, locate),
      ...commandsInContainer(service, locate),
      ...stopsOfContainer(service, locate),
      ...variablesOfProxies(service, locate),
    ];
  });
}

const ROUTER = /^traefik\.(?:http|tcp|udp)\.routers\.([^.]+)\./;
const PORT = /^traefik\.(?:http|tcp|udp)\.services\.[^.]+\.loadbalancer\.server\.port$/;

function labelsOf({ resolved }: Service): JsonObject {
  const all = { ...asObject(resolved.labels), ...asObject(asObject(resolved.deploy).labels) };
  return asText(all['traefik.enable']) === 'false' ? {} : all;
}

function routersOf(service: Service): readonly string[] {
  const names = Object.keys(labelsOf(service)).flatMap((name) => ROUTER.exec(name)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** A router without a service means the only one of the container (Traefik, Docker provider: "Service definition"). */
function unnamedServices(service: Service, others: readonly Service[], locate: Locate): readonly Problem[] {
  const names = Object.keys(labelsOf(service));
  const [other] = others;
  if (other === undefined) return [];
  return routersOf(service)
    .filter((router) => !names.some((name) => name.endsWith(`.routers.${router}.service`)))
    .map((router) =>
      planProblems.KEY_LIMITED(
        service.name,
        `labels: routers.${router}`,
        locate(['services', service.name, 'labels']),
        `the labels of "${other.name}" are of the same container: Traefik cannot tell whose port the router means`,
        `say it: traefik.http.routers.${router}.service=${service.name}, and traefik.http.services.${service.name}.loadbalancer.server.port`,
      ),
    );
}

/** Without a port Traefik takes the container's lowest (Traefik, Docker provider: "Port detection"). */
function unnamedPort(service: Service, members: readonly Member[], locate: Locate): readonly Problem[] {
  if (routersOf(service).length === 0 || Object.keys(labelsOf(service)).some((name) => PORT.test(name)))
    return [];
  const other = members.find(({ service: name, ports }) => name !== service.name && ports.length > 0);
  if (other === undefined) return [];
  return [
    planProblems.KEY_LIMITED(
      service.name,
      'labels: traefik',
      locate(['services', service.name, 'labels']),
      `Traefik takes the lowest port of the container, which has those of "${other.service}" too`,
      `say it: traefik.http.services.${service.name}.loadbalancer.server.port`,
    ),
  ];
}

const HTTP_ROUTER = /^traefik\.http\.routers\.([^.]+)\./;
const OTHER_PROTOCOL = /^traefik\.(?:tcp|udp)\./;

/** Without a rule Traefik names the host after the container's service (Traefik, Docker provider: `defaultRule`). */
function unnamedHost(service: Service, locate: Locate): readonly Problem[] {
  const names = Object.keys(labelsOf(service)).filter((name) => name.startsWith('traefik.'));
  const routers = names.flatMap((name) => HTTP_ROUTER.exec(name)?.[1] ?? []);
  // Who is routed by other protocols has no router of HTTP without a word.
  if (routers.length === 0 && names.some((name) => OTHER_PROTOCOL.test(name))) return [];
  const isNamed = (router: string) => names.some((name) => name.endsWith(`.routers.${router}.rule`));
  if (names.length === 0 || (routers.length > 0 && routers.every(isNamed))) return [];
  return [
    planProblems.KEY_LIMITED(
      service.name,
      'labels: traefik',
      locate(['services', service.name, 'labels']),
      'a router without a rule has the name of the service for its host, which is that of the bundle now',
      'say it: traefik.http.routers.NAME.rule=Host(`…`)',
    ),
  ];
}

/** Labels of schedulers, backups and updaters that run a command in the labelled container. */
const COMMANDS = new RegExp(
  [
    /^(?:ofelia|chadburn)\.job-exec\.[^.]+\.command$/,
    /^deck-chores\.[^.]+\.command$/,
    /^docker-volume-backup\.[a-z]+-(?:pre|post)$/,
    /^com\.centurylinklabs\.watchtower\.lifecycle\.(?:pre|post)-(?:check|update)$/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

function commandsInContainer(service: Service, locate: Locate): readonly Problem[] {
  const [label] =
    Object.entries(asObject(service.resolved.labels)).find(
      ([name, value]) => COMMANDS.test(name) && !asText(value)?.includes('bundle-exec '),
    ) ?? [];
  if (label === undefined) return [];
  return [
    planProblems.KEY_LIMITED(
      service.name,
      `labels: ${label}`,
      locate(['services', service.name, 'labels', label]),
      'its command is run in the container, which is the bundle, not the member',
      `begin the command with /usr/bin/bundle-exec ${service.name}`,
    ),
  ];
}

/** Labels by which a backup stops the labelled container, and a guard starts it again. */
const STOPS = ['docker-volume-backup.stop-during-backup', 'autoheal'];

function stopsOfContainer(service: Service, locate: Locate): readonly Problem[] {
  const all = asObject(service.resolved.labels);
  return STOPS.filter((label) => ![undefined, '', 'false'].includes(asText(all[label]))).map((label) =>
    planProblems.KEY_LIMITED(
      service.name,
      `labels: ${label}`,
      locate(['services', service.name, 'labels', label]),
      'it stops or restarts the container, and all members with it',
      `remove the label, or leave the service out: --exclude ${service.name}`,
    ),
  );
}

const VARIABLES = ['VIRTUAL_HOST', 'VIRTUAL_HOST_MULTIPORTS', 'VIRTUAL_PORT', 'LETSENCRYPT_HOST'];

/** One for each member: the first variable stands for the others. */
function variablesOfProxies({ name, resolved }: Service, locate: Locate): readonly Problem[] {
  const variable = VARIABLES.find((key) => asText(asObject(resolved.environment)[key]));
  if (variable === undefined) return [];
  return [
    planProblems.KEY_LIMITED(
      name,
      `environment: ${variable}`,
      locate(['services', name, 'environment', variable]),
      `nginx-proxy reads the variables of the container, where it is ${variablePrefix(name)}${variable}`,
      `let the proxy know the bundle by other means, or leave the service out: --exclude ${name}`,
    ),
  ];
}
