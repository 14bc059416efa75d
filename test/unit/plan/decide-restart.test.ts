import { describe, expect, it } from 'vitest';
import { decideProgram, decideRestart } from '../../../src/plan/decide-restart.js';
import { strongestRestart } from '../../../src/plan/unite-services.js';

const service = (resolved: Record<string, never> | object) =>
  ({ name: 'a', resolved, written: resolved }) as never;
const stop = { signal: 'SIGTERM', graceSeconds: 10 };

describe('restart policies', () => {
  it.each([
    [{}, 'no', null],
    [{ restart: 'no' }, 'no', null],
    [{ restart: 'always' }, 'always', null],
    [{ restart: 'unless-stopped' }, 'always', null],
    [{ restart: 'on-failure' }, 'on-failure', null],
    [{ restart: 'on-failure:3' }, 'on-failure', 3],
    [{ restart: 'always', deploy: { restart_policy: { condition: 'none' } } }, 'no', null],
    [{ deploy: { restart_policy: { condition: 'on-failure', max_attempts: 2 } } }, 'on-failure', 2],
    [{ deploy: { restart_policy: { condition: 'any', max_attempts: 2 } } }, 'always', 2],
    // As `docker compose create` has it: the Engine gets an empty policy.
    [{ restart: 'always', deploy: { restart_policy: { max_attempts: 2 } } }, 'no', null],
  ])('%j is %s with %s attempts', (given, policy, attempts) => {
    const restart = decideRestart(service(given));
    expect(restart?.policy).toBe(policy);
    expect(restart?.launch.attempts).toBe(attempts);
  });

  it.each(['sometimes', 'on-failure:x', 'on-failure:-1'])('does not know "%s"', (restart) =>
    expect(decideRestart(service({ restart }))).toBeUndefined(),
  );

  it('keeps delay and window, which Compose itself ignores', () => {
    const restart = decideRestart(service({ deploy: { restart_policy: { delay: '5s', window: '1m0s' } } }));
    expect(restart?.launch).toEqual({ attempts: null, delaySeconds: 5, windowSeconds: 60 });
  });

  it.each([
    ['no', 'false'],
    ['always', 'true'],
    ['on-failure', 'unexpected'],
  ] as const)('%s is autorestart=%s in supervisord.conf', (policy, autorestart) =>
    expect(decideProgram(policy, stop, 0, {})).toMatchObject({
      autorestart,
      startsecs: 0,
      startretries: 0,
      exitcodes: [0],
    }),
  );

  it('lets x-bundle have the last word', () =>
    expect(
      decideProgram('no', stop, 2, { autorestart: true, startsecs: 3, priority: 7, stopwaitsecs: 60 }),
    ).toEqual({
      autorestart: 'true',
      exitcodes: [0],
      startsecs: 3,
      startretries: 0,
      stopsignal: 'SIGTERM',
      stopwaitsecs: 60,
      priority: 7,
    }));

  it.each([
    [['no', 'always'], 'always'],
    [['on-failure:3', 'unless-stopped'], 'unless-stopped'],
    [['on-failure:3', 'on-failure:5'], 'on-failure:5'],
    [['on-failure:3', 'on-failure'], 'on-failure'],
    [[], 'no'],
  ])('of %j the strongest is %s', (policies, strongest) =>
    expect(strongestRestart(policies)).toBe(strongest),
  );
});
