/** Values of the platform that members must agree on, because the bundle is one service. */
import { valueAt } from '../../compose/json.js';
import type { Json, JsonObject, Locate, Service } from '../../compose/project.js';
import type { Problem } from '../../problems.js';
import { type Party, servicePlanProblems } from './service-plan-problems.js';

export interface Merged {
  readonly keys: JsonObject;
  readonly problems: readonly Problem[];
}

/** What several merges give together. */
export function together(parts: readonly Merged[]): Merged {
  return {
    keys: Object.assign({}, ...parts.map(({ keys }) => keys)) as JsonObject,
    problems: parts.flatMap(({ problems }) => problems),
  };
}

export function partyAt(locate: Locate, service: string, path: readonly (string | number)[]): Party {
  return { service, at: locate(['services', service, ...path]) };
}

export interface Agreement {
  readonly path: readonly string[];
  readonly locate: Locate;
  readonly why: string;
  /** What counts as said by a member that says nothing; undefined: it does not count. */
  readonly absent?: Json;
  readonly fix?: string;
}

/** The one value under a path, whose last name is the key of the result. */
export function agree(members: readonly Service[], agreement: Agreement): Merged {
  const { path, locate, why, absent, fix } = agreement;
  const said = members
    .map(({ name, written }) => ({ name, value: valueAt(written, path) ?? absent }))
    .filter((one): one is { name: string; value: Json } => one.value !== undefined);
  const [first, ...others] = said;
  const isSilent = members.every(({ written }) => valueAt(written, path) === undefined);
  if (first === undefined || isSilent) return { keys: {}, problems: [] };
  const other = others.find(({ value }) => JSON.stringify(value) !== JSON.stringify(first.value));
  const parties = other && [first, other].map(({ name }) => partyAt(locate, name, path));
  const [one, two] = parties ?? [];
  return {
    keys: { [path.at(-1) ?? '']: first.value },
    problems:
      one === undefined || two === undefined
        ? []
        : [servicePlanProblems.PLATFORM_CLASH(path.join('.'), one, two, why, fix)],
  };
}
