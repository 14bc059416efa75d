/** Parameters of members become parameters of one service: which ones need another key, and which ones go. */
import { asList, asObject, asText } from '../../compose/json.js';
import type { JsonObject, Service } from '../../compose/project.js';

/** By service: old key → key in the bundle. */
export type Renames = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface ParamChanges {
  readonly renames: Renames;
  /** `service key` of parameters that another member's parameter fills: they are that parameter now. */
  readonly filled: ReadonlySet<string>;
}

/** What rewriting has to know of the whole project. */
export interface Names {
  readonly services: readonly string[];
  /** Member → key of its bundle. */
  readonly bundleOf: ReadonlyMap<string, string>;
  readonly changes: ParamChanges;
}

export const PARAMS = 'x-omnistrate-api-params';

export function paramsOf(service: Service): readonly JsonObject[] {
  return asList(service.written[PARAMS]).map(asObject);
}

export function keyOf(param: JsonObject): string {
  return asText(param.key) ?? '';
}

/** The same definition stays one parameter; another one under the same key is renamed to `<service>_<key>`. */
export function paramChanges(members: readonly Service[]): ParamChanges {
  const filled = fillings(members);
  const known = new Map<string, string>();
  const renames = new Map(
    members.map((service) => {
      const own = paramsOf(service).filter((param) => !filled.has(`${service.name} ${keyOf(param)}`));
      return [service.name, new Map(own.flatMap((param) => renameOf(service.name, param, known)))] as const;
    }),
  );
  for (const [child, parent] of filled) {
    const [service = '', key = ''] = child.split(' ');
    const [owner = '', source = ''] = parent.split(' ');
    renames.get(service)?.set(key, renames.get(owner)?.get(source) ?? source);
  }
  return { renames, filled: new Set(filled.keys()) };
}

/** `known`: definitions by key, to which a new one is added. */
function renameOf(
  service: string,
  param: JsonObject,
  known: Map<string, string>,
): readonly (readonly [string, string])[] {
  const key = keyOf(param);
  const definition = definitionOf(param);
  const first = known.get(key);
  if (first === undefined) known.set(key, definition);
  return first === undefined || first === definition ? [] : [[key, `${service.replace(/\W/g, '_')}_${key}`]];
}

/** `child key` → `parent key`, for parameters that a member passes to another one of its bundle. */
function fillings(members: readonly Service[]): ReadonlyMap<string, string> {
  const names = new Set(members.map(({ name }) => name));
  return new Map(
    members.flatMap((service) =>
      paramsOf(service).flatMap((param) =>
        Object.entries(asObject(param.parameterDependencyMap))
          .filter(([child]) => names.has(child))
          .map(
            ([child, key]) => [`${child} ${asText(key) ?? ''}`, `${service.name} ${keyOf(param)}`] as const,
          ),
      ),
    ),
  );
}

/** What two members must agree on for one parameter to serve both; either may require it. */
function definitionOf({ required, parameterDependencyMap, ...rest }: JsonObject): string {
  const entries = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries);
}
