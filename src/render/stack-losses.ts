/** What a swarm cannot do of the ports, volumes and networks of a service. */
import { hasExpression } from '../compose/expressions.js';
import { asList, asObject, asText } from '../compose/json.js';
import type { Json, JsonObject } from '../compose/project.js';

export interface Losses {
  /** Keys without which the service is nearly the same. */
  readonly ignored: readonly string[];
  /** Key → why the service would be another one without it. */
  readonly refused: Readonly<Record<string, string>>;
}

/** Compose itself sets the first, when nobody does; a swarm wants the folder to be there, and says so. */
const SILENT = ['create_host_path', 'nocopy', 'propagation', 'size'];

export function stackLosses(written: JsonObject): Losses {
  const volumes = asList(written.volumes).map(asObject);
  const kinds = ['bind', 'volume', 'tmpfs'] as const;
  const ofVolumes = volumes.flatMap((volume) =>
    kinds.flatMap((kind) =>
      Object.keys(asObject(volume[kind]))
        .filter((key) => !SILENT.includes(key) && key !== 'subpath')
        .map((key) => `volumes.${kind}.${key}`),
    ),
  );
  const ofNetworks = Object.values(asObject(written.networks)).flatMap((endpoint) =>
    Object.keys(asObject(endpoint))
      .filter((key) => key !== 'aliases' && !key.startsWith('x-'))
      .map((key) => `networks.${key}`),
  );
  const isAtHost = asList(written.ports).some(hasAddress);
  const isRange = asList(written.ports).some((port) =>
    /^\d+-\d+$/.test(asText(asObject(port).published) ?? ''),
  );
  const isPart = volumes.some(({ volume }) => asObject(volume).subpath !== undefined);
  const isImage = volumes.some(({ type }) => type === 'image');
  const isLateMode = [...asList(written.secrets), ...asList(written.configs)].some((file) =>
    hasExpression(asText(asObject(file).mode) ?? ''),
  );
  const envFiles = [written.env_file ?? []].flat().map(asObject);
  const isOptional = envFiles.some(({ required }) => required === false);
  const isParsed = envFiles.some(({ format }) => format !== 'raw');
  return {
    ignored: [
      ...new Set([...ofVolumes, ...ofNetworks]),
      ...(isParsed ? ['env_file.format'] : []),
      ...(asObject(written.healthcheck).start_interval === undefined ? [] : ['healthcheck.start_interval']),
    ],
    refused: {
      ...(isOptional ? { 'env_file.required': 'the loader of stacks needs every file' } : {}),
      ...(isLateMode
        ? { mode: 'the loader of stacks takes no variable for the mode of a secret or config' }
        : {}),
      ...(isAtHost ? { 'ports.host_ip': 'a swarm publishes ports on every address of a node' } : {}),
      ...(isRange ? { 'ports.published': 'a swarm publishes a port, not one of a range' } : {}),
      ...(isPart ? { 'volumes.volume.subpath': 'it would mount the whole volume' } : {}),
      ...(isImage ? { 'volumes.image': 'a task cannot mount an image' } : {}),
      ...refusedResources(written),
    },
  };
}

function refusedResources({ deploy }: JsonObject): Losses['refused'] {
  const reservations = asObject(asObject(asObject(deploy).resources).reservations);
  if (reservations.devices === undefined) return {};
  return {
    'deploy.resources.reservations.devices': 'a swarm reserves devices as generic resources of its nodes',
  };
}

function hasAddress(port: Json): boolean {
  if (typeof port !== 'string') return asObject(port).host_ip !== undefined;
  return port.replace(/\$\{[^}]*\}/g, '').split(':').length > 2;
}
