/**
 * The compose file that sets a trial apart: no published port, no volume or network that anything else uses, and no
 * folder of the host that it could write to. Pure: says what to copy, copies nothing.
 */
import { Document } from 'yaml';
import { asObject, isObject } from '../../compose/json.js';
import type { Json, JsonObject } from '../../compose/project.js';
import { YAML_OPTIONS, yamlText } from '../../render/yaml-text.js';

/** A folder or file of the host to copy, so that the trial writes to the copy. */
export interface HostCopy {
  readonly from: string;
  readonly to: string;
}

export interface Override {
  readonly text: string;
  readonly copies: readonly HostCopy[];
}

/** Compose's own tags: the value replaces, or removes, what other files say. */
type Tag = 'reset' | 'override';

/**
 * `config` is the output of `docker compose config` for the folder. Volumes become new ones of the trial's project,
 * whatever their name, driver or `external`.
 */
export function overrideFile(config: JsonObject, copyFolder: string): Override {
  const copies: HostCopy[] = [];
  const services = Object.entries(asObject(config.services)).map(([name, service]) => {
    const volumes = volumesOf(asObject(service)).map((volume) => withoutHost(volume, copyFolder, copies));
    return [name, volumes] as const;
  });
  const document = new Document({}, YAML_OPTIONS);
  for (const [name, volumes] of services) {
    put(document, ['services', name, 'ports'], [], 'reset');
    put(document, ['services', name, 'container_name'], null, 'reset');
    if (volumes.length > 0) put(document, ['services', name, 'volumes'], volumes, 'override');
  }
  for (const key of Object.keys(asObject(config.volumes))) put(document, ['volumes', key], {}, 'override');
  const hasFixed = /"ipv[46]_address"/.test(JSON.stringify(config.services ?? null));
  for (const [key, network] of Object.entries(asObject(config.networks)))
    put(document, ['networks', key], networkOf(network, hasFixed), 'override');
  return { text: yamlText(document), copies };
}

function volumesOf(service: JsonObject): JsonObject[] {
  return Array.isArray(service.volumes) ? service.volumes.filter(isObject) : [];
}

/** A bind mount that the service may write to is mounted from a copy; what the kernel makes is left as it is. */
function withoutHost(volume: JsonObject, copyFolder: string, copies: HostCopy[]): JsonObject {
  const { type, source, read_only: isReadOnly } = volume;
  if (type !== 'bind' || isReadOnly === true || typeof source !== 'string') return volume;
  if (/^\/(?:dev(?!\/shm)|proc|sys)(?:\/|$)/.test(source)) return volume;
  const known = copies.find(({ from }) => from === source);
  const to = known?.to ?? `${copyFolder}/${copies.length}`;
  if (known === undefined) copies.push({ from: source, to });
  return { ...volume, source: to };
}

/** A name of its own; a subnet of its own too, unless a service has a fixed address in it. */
function networkOf(network: Json, keepsAddresses: boolean): JsonObject {
  const dropped = keepsAddresses ? ['name', 'external'] : ['name', 'external', 'ipam'];
  return Object.fromEntries(Object.entries(asObject(network)).filter(([key]) => !dropped.includes(key)));
}

function put(document: Document, path: readonly string[], value: Json, tag: Tag): void {
  const node = document.createNode(value);
  node.tag = `!${tag}`;
  document.setIn(path, node);
}
