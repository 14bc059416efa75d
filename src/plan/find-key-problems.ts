/** Every key that a member uses, held against the table of keys. */
import { isObject } from '../compose/json.js';
import type { Json, JsonObject, Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { SERVICE_KEYS } from './keys/service-keys.js';
import { SERVICE_SUB_KEYS } from './keys/service-sub-keys.js';
import type { Verdict } from './keys/verdict.js';
import { planProblems } from './plan-problems.js';

const ROWS: Readonly<Record<string, Verdict>> = { ...SERVICE_KEYS, ...SERVICE_SUB_KEYS };

const PARENTS: ReadonlySet<string> = new Set(
  Object.keys(ROWS).flatMap((key) => {
    const parts = key.split('.');
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
  }),
);

const UNKNOWN: Verdict = {
  verdict: 'refused',
  how: 'it is not a key of the Compose Specification that this version knows',
};

type Path = readonly (string | number)[];

/** One problem for each key that is refused, limited or unknown. */
export function findKeyProblems(service: Service, locate: Locate): readonly Problem[] {
  const found = new Map<string, Problem>();
  const report = (problem: Problem) => {
    const key = JSON.stringify([problem.message, problem.location]);
    if (!found.has(key)) found.set(key, problem);
  };
  // What Compose itself consumed (env files) stands in the written form alone.
  const keys = [...new Set([...Object.keys(service.written), ...Object.keys(service.resolved)])].sort();
  for (const key of keys)
    visit(key, [key], service.resolved[key] ?? service.written[key] ?? null, { service, locate, report });
  return [...found.values()];
}

interface Walk {
  readonly service: Service;
  readonly locate: Locate;
  readonly report: (problem: Problem) => void;
}

function visit(key: string, path: Path, value: Json, walk: Walk): void {
  if (isNothing(value) || key.startsWith('x-')) return;
  const row = ROWS[key] ?? UNKNOWN;
  judge(row, path, value, walk);
  if (row.verdict !== 'refused') descend(key, path, value, walk);
}

function descend(key: string, path: Path, value: Json, walk: Walk): void {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    for (const [index, item] of items.entries()) descend(key, [...path, index], item, walk);
  } else if (isObject(value) && PARENTS.has(key)) {
    for (const [name, item] of Object.entries(value)) visitChild(key, name, [...path, name], item, walk);
  }
}

/** `*` stands for a name of the user's, which is no key itself. */
function visitChild(key: string, name: string, path: Path, value: Json, walk: Walk): void {
  const isNamed = PARENTS.has(`${key}.*`);
  if (isNamed) descend(`${key}.*`, path, value, walk);
  else if (!name.startsWith('x-')) visit(`${key}.${name}`, path, value, walk);
}

function judge(row: Verdict, path: Path, value: Json, { service, locate, report }: Walk): void {
  if (row.verdict !== 'refused' && row.verdict !== 'limited') return;
  const text = JSON.stringify(value);
  if (row.unless?.some((harmless) => JSON.stringify(harmless) === text)) return;
  const name = path.filter((part) => typeof part === 'string').join('.');
  const at = locate(['services', service.name, ...path]);
  if (row.verdict === 'refused') report(planProblems.KEY_REFUSED(service.name, name, at, row.how));
  if (row.verdict === 'limited')
    report(planProblems.KEY_LIMITED(service.name, name, at, row.how, row.fix ?? ''));
}

/** Values that are as good as absent. */
function isNothing(value: Json): boolean {
  if (value === null || value === false) return true;
  return typeof value === 'object' && Object.values(value as JsonObject).length === 0;
}
