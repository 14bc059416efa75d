/** One form for the keys that Compose takes as a list or as a map, and leaves as written when it keeps expressions. */
import { hasExpression, unescapeDollars } from './expressions.js';
import { asList, asObject, asText, isObject } from './json.js';
import type { Json, JsonObject } from './project.js';
import { joinedDevice } from './split-devices.js';

const MAPS = ['annotations', 'environment', 'labels', 'sysctls'];
const LISTS = ['dns', 'dns_opt', 'dns_search', 'tmpfs'];

/**
 * `environment`, `labels`, `annotations`, `sysctls` and `deploy.labels` as maps, `extra_hosts` and the like as lists.
 * A list whose names hold expressions stays one: Compose replaces no expression in the keys of a map.
 */
export function normalService(service: JsonObject): JsonObject {
  const deploy = asObject(service.deploy);
  const hosts = service.extra_hosts;
  return {
    ...service,
    ...pickMapped(service, MAPS, asMap),
    ...pickMapped(service, LISTS, (value) => (typeof value === 'string' ? [value] : value)),
    ...(service.devices === undefined ? {} : { devices: asList(service.devices).map(joinedDevice) }),
    ...(isObject(hosts) ? { extra_hosts: hostsOf(hosts) } : {}),
    // Compose prints a text, which it does not read.
    ...(service.memswap_limit === '-1' ? { memswap_limit: -1 } : {}),
    ...(deploy.labels === undefined ? {} : { deploy: { ...deploy, labels: asMap(deploy.labels) } }),
  };
}

function pickMapped(service: JsonObject, keys: readonly string[], map: (value: Json) => Json): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) => (service[key] === undefined ? [] : [[key, map(service[key])]])),
  );
}

function asMap(value: Json): Json {
  if (!Array.isArray(value)) return value;
  const entries = asList(value).map((item): [string, Json] => {
    const text = asText(item) ?? '';
    const at = text.indexOf('=');
    return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
  });
  if (entries.some(([name]) => hasExpression(name))) return value;
  return Object.fromEntries(entries.map(([name, item]) => [unescapeDollars(name), item]));
}

function hostsOf(hosts: JsonObject): readonly string[] {
  return Object.entries(hosts).flatMap(([name, addresses]) =>
    (Array.isArray(addresses) ? asList(addresses) : [addresses]).map(
      (address) => `${name}=${asText(address) ?? ''}`,
    ),
  );
}
