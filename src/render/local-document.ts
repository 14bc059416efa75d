/** The rewritten file of a service plan for a machine without the platform: its keys gone, its expressions variables. */
import { asList, asObject, asText, isObject } from '../compose/json.js';
import type { Json, JsonObject } from '../compose/project.js';
import { isPlatformKey } from '../compose/protect-expressions.js';

/** `$var.size` → `${VAR_size:-DEFAULT}`, `$sys.a.b` → `${SYS_a_b:-}`; services that only hold parameters are gone. */
export function localDocument(document: JsonObject): JsonObject {
  const services = Object.entries(asObject(document.services))
    .filter(
      ([, service]) => !/^(?:docker\.io\/)?omnistrate\/noop/.test(asText(asObject(service).image) ?? ''),
    )
    .map(([name, service]): [string, Json] => [name, localService(name, asObject(service))]);
  const top = Object.entries(document).filter(([key]) => !isPlatformKey(key) && !key.startsWith('x-'));
  return { ...Object.fromEntries(top), services: Object.fromEntries(services) };
}

interface Scope {
  readonly service: string;
  readonly defaults: ReadonlyMap<string, string>;
}

function localService(service: string, written: JsonObject): JsonObject {
  const params = asList(written['x-omnistrate-api-params']).map(asObject);
  const defaults = new Map(
    params.map((param) => [asText(param.key) ?? '', asText(param.defaultValue) ?? '']),
  );
  return asObject(localValue(written, { service, defaults }));
}

function localValue(value: Json, scope: Scope): Json {
  if (typeof value === 'string') return localText(value, scope);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => localValue(item, scope));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !isPlatformKey(key))
      .map(([key, item]) => [key, localValue(item, scope)]),
  );
}

const EXPRESSION =
  /(?<!\$)\$(?:([\w-]+)\.)??(var|sys|secret|func)\.((?:[\w.-]|\[[^\]]*\])*[\w\]])(?:\([^)]*\))?/g;

/** In `{{ … }}` or bare. */
function localText(text: string, scope: Scope): string {
  if (!text.includes('$')) return text;
  const inner = text.replace(/\$?\{\{\s*(\$[^}]*?|[\w.]+)\s*\}\}/g, (match, expression: string) =>
    match.startsWith('$') ? `\${${variable('SECRET', expression.replace(/^secrets\./, ''))}:-}` : expression,
  );
  return inner.replace(EXPRESSION, (_, service: string | undefined, kind: string, path: string) =>
    asVariable(service, kind, path, scope),
  );
}

function asVariable(service: string | undefined, kind: string, path: string, scope: Scope): string {
  const prefix = `${service === undefined ? '' : `${service}_`}${kind.toUpperCase()}`;
  if (kind === 'var')
    return withDefault(variable(prefix, path), service === undefined ? scope.defaults.get(path) : '');
  // Services reach each other by name where there is no platform.
  const isEndpoint = kind === 'sys' && /[eE]ndpoint$/.test(path);
  return withDefault(variable(prefix, path), isEndpoint ? (service ?? scope.service) : '');
}

function variable(prefix: string, path: string): string {
  return `${prefix}_${path}`.replace(/\W+/g, '_').replace(/_$/, '');
}

/** A default that an expression cannot hold is left out. */
function withDefault(name: string, value: string | undefined): string {
  const text = /[}"'\\\n]/.test(value ?? '') ? '' : (value ?? '').replaceAll('$', '$$$$');
  return `\${${name}:-${text}}`;
}
