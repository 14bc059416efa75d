/** `post_start` and `pre_stop`: Compose runs them in the bundle, where `bundle-exec` takes them into the member. */
import { escapeDollars, hasExpression } from '../compose/expressions.js';
import { asList, asObject, asText, asTexts } from '../compose/json.js';
import type { Json, JsonObject, Locate, Service } from '../compose/project.js';
import type { Problem } from '../problems.js';
import { dependenciesOf } from './order-members.js';
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
    problems: [
      ...[...post, ...pre].flatMap(({ problems }) => problems),
      ...members
        .filter((member, index) => isFirst(member, index, members) && isAwaited(member, members))
        .map(({ name }) => besideHooks(name, locate)),
    ],
  };
}

/** Of its replicas, which are all written once. */
function isFirst({ written }: Service, index: number, members: readonly Service[]): boolean {
  return members.findIndex((other) => other.written === written) === index;
}

/** Whether somebody waits for a member that has hooks. */
function isAwaited({ name, resolved }: Service, members: readonly Service[]): boolean {
  const isDependency = (other: Service) => dependenciesOf(other).some(({ service }) => service === name);
  return asList(resolved.post_start).length > 0 && members.some(isDependency);
}

/** Compose starts a dependant when the hooks are through; the bundle cannot tell whether anybody runs them. */
function besideHooks(name: string, locate: Locate): Problem {
  return planProblems.KEY_LIMITED(
    name,
    'post_start',
    locate(['services', name, 'post_start']),
    'who waits for the member starts when its condition holds, beside the hooks and not after them',
    'make what others need a service of its own: depends_on with service_completed_successfully',
  );
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
      // By its path: the hook may have a PATH of its own.
      '/usr/bin/bundle-exec',
      '--no-tty',
      // Compose does not mind that a container has ended before it is to be stopped.
      ...(key === 'post_start' ? ['--wait', String(WAIT_SECONDS)] : ['--if-running']),
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
