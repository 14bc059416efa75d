/** `post_start` and `pre_stop`: Compose runs them in the bundle, where `bundle-exec` takes them into the member. */
import { escapeDollars, hasExpression } from '../compose/expressions.js';
import { asList, asObject, asText, asTexts } from '../compose/json.js';
import type { Json, JsonObject, Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { planProblems } from './plan-problems.js';
import type { United } from './unite-values.js';

/** How long a hook waits for its member to run: dependencies may hold the start back. */
const WAIT_SECONDS = 600;

/** `members` in start order; what stops runs in reverse. */
export function uniteHooks(members: readonly Service[], locate: Locate): United {
  const post = members.flatMap((member) => hooksOf(member, 'post_start', locate));
  const pre = members.toReversed().flatMap((member) => hooksOf(member, 'pre_stop', locate));
  return {
    service: {
      ...(post.length === 0 ? {} : { post_start: post.map(({ entry }) => entry) }),
      ...(pre.length === 0 ? {} : { pre_stop: pre.map(({ entry }) => entry) }),
    },
    problems: [...post, ...pre].flatMap(({ problems }) => problems),
  };
}

interface Hook {
  readonly entry: JsonObject;
  readonly problems: readonly Problem[];
}

function hooksOf(service: Service, key: 'post_start' | 'pre_stop', locate: Locate): readonly Hook[] {
  const resolved = asList(service.resolved[key]).map(asObject);
  return asList(service.written[key]).map((item, index) => {
    const written = asObject(item);
    const names = namesOf(written.environment);
    const words = wordsOf(written.command, resolved[index]?.command);
    const option = (flag: string, value: Json | undefined) => {
      const text = asText(value);
      return text === undefined ? [] : [flag, text];
    };
    const command = [
      'bundle-exec',
      '--no-tty',
      ...(key === 'post_start' ? ['--wait', String(WAIT_SECONDS)] : []),
      ...option('--user', written.user),
      ...option('--workdir', written.working_dir),
      ...names.flatMap((name) => ['--env', name]),
      service.name,
      ...(words ?? []),
    ];
    const isLate = words === undefined || names.some(hasExpression);
    const at = locate(['services', service.name, key, index]);
    return {
      entry: { command, ...(names.length === 0 ? {} : { environment: written.environment ?? null }) },
      problems: isLate ? [planProblems.LATE_BINDING(service.name, key, at)] : [],
    };
  });
}

/** A string was split by Compose; with an expression in it, the split is not known before the start. */
function wordsOf(written: Json | undefined, resolved: Json | undefined): readonly string[] | undefined {
  if (Array.isArray(written)) return asTexts(written);
  return hasExpression(asText(written) ?? '') ? undefined : asTexts(resolved).map(escapeDollars);
}

function namesOf(environment: Json | undefined): readonly string[] {
  if (Array.isArray(environment)) return asTexts(environment).map((entry) => entry.split('=')[0] ?? '');
  return Object.keys(asObject(environment));
}
