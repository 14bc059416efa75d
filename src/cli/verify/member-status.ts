/** What `bundle-status --json` says inside a running bundle. */
import * as v from 'valibot';

const STATUS = v.looseObject({
  member: v.string(),
  state: v.string(),
  health: v.nullish(v.string()),
  restarts: v.nullish(v.number()),
  exitCode: v.nullish(v.number()),
});

export type MemberStatus = v.InferOutput<typeof STATUS>;

const ANSWER = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    v.array(STATUS),
    v.pipe(
      v.object({ members: v.array(STATUS) }),
      v.transform(({ members }) => members),
    ),
  ]),
);

/** Empty when the tool said something else: the container's own state decides then. */
export function memberStatuses(text: string): MemberStatus[] {
  const answer = v.safeParse(ANSWER, text);
  return answer.success ? answer.output : [];
}

/** At work, or done as it should be. */
export function isWell({ state, health, exitCode }: MemberStatus): boolean {
  if (health === 'unhealthy' || health === 'starting') return false;
  if (/fatal|backoff|failed|unknown/i.test(state)) return false;
  return /exited|completed|stopped/i.test(state) ? (exitCode ?? 0) === 0 : true;
}
