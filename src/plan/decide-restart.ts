/** Restart policies of Compose as supervisord's words (design §3), with what supervisord has no word for. */
import { asObject, asText } from '../compose/json.js';
import type { Service } from '../compose/project.js';
import type { Overrides } from '../tenancy/x-bundle.js';
import { parseSeconds } from './durations.js';
import type { Launch, Program } from './plan.js';

type Policy = 'no' | 'always' | 'on-failure';

export interface Restart {
  readonly policy: Policy;
  readonly launch: Launch['restart'];
}

/** undefined when the value is not one that Compose documents. `deploy.restart_policy` overrides `restart`. */
export function decideRestart(service: Service): Restart | undefined {
  const deploy = asObject(asObject(service.resolved.deploy).restart_policy);
  if (Object.keys(deploy).length > 0) return fromDeploy(deploy);
  const [name = 'no', attempts] = (asText(service.resolved.restart) ?? 'no').split(':');
  const policy = policyOf(name);
  if (policy === undefined || (attempts !== undefined && !/^\d+$/.test(attempts))) return undefined;
  return {
    policy,
    launch: {
      attempts: policy === 'on-failure' && Number(attempts ?? 0) > 0 ? Number(attempts) : null,
      delaySeconds: null,
      windowSeconds: null,
    },
  };
}

const POLICIES: Readonly<Record<string, Policy>> = {
  no: 'no',
  false: 'no',
  none: 'no',
  always: 'always',
  any: 'always',
  'unless-stopped': 'always',
  'on-failure': 'on-failure',
};

function policyOf(name: string): Policy | undefined {
  return Object.hasOwn(POLICIES, name) ? POLICIES[name] : undefined;
}

/** Without a condition Compose gives the Engine an empty policy, which restarts nothing (`getRestartPolicy`). */
function fromDeploy(deploy: ReturnType<typeof asObject>): Restart | undefined {
  const policy = policyOf(asText(deploy.condition) ?? 'none');
  if (policy === undefined) return undefined;
  const attempts = Number(asText(deploy.max_attempts) ?? 0);
  return {
    policy,
    launch: {
      attempts: policy !== 'no' && attempts > 0 ? attempts : null,
      delaySeconds: parseSeconds(asText(deploy.delay) ?? '') ?? null,
      windowSeconds: parseSeconds(asText(deploy.window) ?? '') ?? null,
    },
  };
}

/** The `[program:x]` section: derived from the policy, `x-bundle` has the last word. */
export function decideProgram(
  policy: Policy,
  stop: { readonly signal: string; readonly graceSeconds: number },
  depth: number,
  overrides: Overrides,
): Program {
  const autorestart = { no: 'false', always: 'true', 'on-failure': 'unexpected' } as const;
  return {
    autorestart:
      overrides.autorestart === undefined
        ? autorestart[policy]
        : (String(overrides.autorestart) as Program['autorestart']),
    exitcodes: overrides.exitcodes ?? [0],
    startsecs: overrides.startsecs ?? 0,
    startretries: overrides.startretries ?? 0,
    stopsignal: overrides.stopsignal ?? stop.signal,
    stopwaitsecs: overrides.stopwaitsecs ?? Math.max(1, Math.ceil(stop.graceSeconds)),
    priority: overrides.priority ?? (depth + 1) * 10,
  };
}
