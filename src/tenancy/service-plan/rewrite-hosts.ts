/** Old host names in variables of services outside of the bundle: the platform knows the bundle's name only. */
import { asObject, asText } from '../../compose/json.js';
import type { Service } from '../../compose/project.js';

export interface RenamedHost {
  /** Dedicated, or a member of another bundle. */
  readonly service: string;
  readonly variable: string;
  /** A member. */
  readonly host: string;
  readonly bundle: string;
}

export interface WithHosts {
  readonly service: Service;
  readonly hosts: readonly RenamedHost[];
}

/**
 * Only what can mean nothing else: the host of a URL, or the whole value (a port may follow) of a variable that is called
 * a host or address. `resolved` stays, since the old name there is evidence of a member's port.
 */
export function rewriteHosts(service: Service, bundleOf: ReadonlyMap<string, string>): WithHosts {
  const hosts: RenamedHost[] = [];
  const home = bundleOf.get(service.name);
  const environment = Object.entries(asObject(service.written.environment)).map(([variable, value]) => {
    const found = addressIn(variable, asText(value) ?? '');
    const bundle = bundleOf.get(found?.host ?? '');
    if (found === undefined || bundle === undefined || bundle === found.host || bundle === home)
      return [variable, value];
    hosts.push({ service: service.name, variable, host: found.host, bundle });
    return [variable, `${found.before}${bundle}${found.after}`];
  });
  if (hosts.length === 0) return { service, hosts };
  return {
    service: {
      ...service,
      written: { ...service.written, environment: Object.fromEntries(environment) },
    },
    hosts,
  };
}

interface Address {
  readonly before: string;
  readonly host: string;
  readonly after: string;
}

/** One host, not the first of a list: `redis://:secret@cache:6379/0`, `jdbc:postgresql://db/shop`. */
const URL_TEXT = /^([a-z][a-z0-9+.:-]*:\/\/(?:[^/?#@]*@)?)([^/?#@:,\s]+)((?::[^/?#@,]*)?(?:[/?#].*)?)$/is;

/** What follows `//` there is a bucket, a path or an image. */
const HAS_NO_HOST = /^(?:s3[an]?|gs|abfss?|wasbs?|file|unix|docker|oci|containers-storage):/i;

const HOST_VARIABLE = /(?:host|hostname|addr|address|server|endpoint|url|uri)$/i;

function addressIn(variable: string, text: string): Address | undefined {
  const [, before = '', host = '', after = ''] = HAS_NO_HOST.test(text) ? [] : (URL_TEXT.exec(text) ?? []);
  if (host !== '') return { before, host, after };
  const [, whole = '', port = ''] = HOST_VARIABLE.test(variable)
    ? (/^([\w.-]+)(:\d+)?$/.exec(text) ?? [])
    : [];
  return whole === '' ? undefined : { before: '', host: whole, after: port };
}
