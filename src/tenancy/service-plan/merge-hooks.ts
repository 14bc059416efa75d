/** Action hooks: scripts of members run in their member, one hook of each kind for the bundle. */
import { asList, asObject, asText, asTexts } from '../../compose/json.js';
import type { JsonObject, Locate, Service } from '../../compose/project.js';
import type { Problem } from '../../problems.js';
import { type Merged, partyAt } from './merged.js';
import { servicePlanProblems } from './service-plan-problems.js';

/** The documentation of the platform spells it both ways. */
const TAGS = ['x-omnistrate-actionhooks', 'x-omnistrate-action-hooks'];
const CHECKS = ['HEALTH_CHECK', 'READINESS_CHECK', 'STARTUP_CHECK'];
/** Checks that the bundle always has: the platform ignores HEALTHCHECK. */
const OWN_CHECKS = ['HEALTH_CHECK', 'READINESS_CHECK'];
const LAST_FIRST = ['PRE_STOP', 'POST_STOP', 'REMOVE'];
const HEALTH = 'bundle-status --health';

interface Hook {
  readonly service: string;
  readonly path: readonly (string | number)[];
  readonly scope: string;
  readonly type: string;
  readonly value: JsonObject;
}

/** `members` in start order. */
export function mergeHooks(members: readonly Service[], locate: Locate): Merged {
  const hooks = members.flatMap(hooksOf);
  const own = OWN_CHECKS.filter((type) => !hooks.some((hook) => hook.type === type)).map((type) => ({
    scope: 'NODE',
    type,
    commandTemplate: `${HEALTH}\n`,
  }));
  const kinds = [...new Set(hooks.map(({ scope, type }) => `${scope} ${type}`))];
  const merged = kinds.map((kind) =>
    mergeKind(
      hooks.filter(({ scope, type }) => `${scope} ${type}` === kind),
      locate,
    ),
  );
  return {
    keys: { [TAGS[0] ?? '']: [...merged.map(({ hook }) => hook), ...own] },
    problems: merged.flatMap(({ problems }) => problems),
  };
}

function hooksOf({ name, written }: Service): readonly Hook[] {
  return TAGS.flatMap((tag) =>
    asList(written[tag]).map((item, index) => {
      const value = asObject(item);
      const scope = asText(value.scope) ?? 'NODE';
      return { service: name, path: [tag, index], scope, type: asText(value.type) ?? '', value };
    }),
  );
}

/** A hook with an image runs elsewhere, so it is kept, but cannot be joined with another. */
function mergeKind(
  hooks: readonly Hook[],
  locate: Locate,
): { readonly hook: JsonObject; readonly problems: readonly Problem[] } {
  const [first, second] = hooks;
  if (first === undefined) return { hook: {}, problems: [] };
  const other = hooks.find((hook) => textOf(hook.value.command) !== textOf(first.value.command)) ?? second;
  const hasImage = hooks.some(({ value }) => value.image !== undefined);
  const isJoined =
    !hasImage && (other === undefined || textOf(other.value.command) === textOf(first.value.command));
  if (hasImage && second === undefined) return { hook: first.value, problems: [] };
  if (!isJoined && other !== undefined) {
    const why =
      'the bundle has one hook of a kind, and hooks with an image or another command cannot be joined';
    const party = ({ service, path }: Hook) => partyAt(locate, service, path);
    const key = `x-omnistrate-actionhooks ${first.scope} ${first.type}`;
    return {
      hook: first.value,
      problems: [servicePlanProblems.PLATFORM_CLASH(key, party(first), party(other), why)],
    };
  }
  const ordered = LAST_FIRST.includes(first.type) ? [...hooks].reverse() : hooks;
  const health = OWN_CHECKS.includes(first.type) ? `${HEALTH} || exit 1\n` : '';
  return { hook: { ...first.value, commandTemplate: health + ordered.map(inMember).join('') }, problems: [] };
}

/** In its member's root, with its environment; any failure is the hook's. */
function inMember({ service, type, value }: Hook): string {
  const script = (asText(value.commandTemplate) ?? '').replace(/\n*$/, '\n');
  const shell = /bash$/.test(asTexts(value.command)[0] ?? '') ? 'bash' : 'sh';
  let end = 'END_OF_HOOK';
  while (script.split('\n').includes(end)) end += '_';
  const failure = CHECKS.includes(type) ? 'exit 1' : 'exit $?';
  return `bundle-exec -T ${service} ${shell} -s <<'${end}' || ${failure}\n${script}${end}\n`;
}

function textOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}
