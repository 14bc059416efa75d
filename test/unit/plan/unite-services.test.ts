import { describe, expect, it } from 'vitest';
import type { JsonObject, Service } from '../../../src/compose/project.js';
import { restartsOf, strongestRestart, uniteServices } from '../../../src/plan/unite-services.js';
import { runtimeBytes, runtimePids } from '../../../src/tenancy/runtime-overhead.js';

const service = (name: string, keys: JsonObject): Service => ({ name, resolved: keys, written: keys });
const deployed = (policy: JsonObject) => service('a', { restart: 'no', deploy: { restart_policy: policy } });

describe('the restart policy of a bundle', () => {
  it.each<[string, readonly JsonObject[]]>([
    ['always', [{ condition: 'on-failure' }, { condition: 'any' }]],
    ['always', [{ condition: 'any', max_attempts: 3 }]],
    ['no', [{ max_attempts: 3 }]],
    ['on-failure', [{ condition: 'on-failure' }, { condition: 'none' }]],
    [
      'on-failure:5',
      [
        { condition: 'on-failure', max_attempts: 5 },
        { condition: 'on-failure', max_attempts: 2 },
      ],
    ],
    ['no', [{ condition: 'none' }]],
  ])('is %s for members with %j', (restart, policies) =>
    expect(strongestRestart(restartsOf(policies.map(deployed)))).toBe(restart),
  );
});

describe('what members say about their container', () => {
  const locate = () => undefined;

  it('is joined: lists once, maps where they agree', () => {
    const members = [
      service('a', { ports: ['80:80'], labels: { x: '1' }, dns: ['1.1.1.1'], annotations: { n: 'a' } }),
      service('b', { ports: ['81:81'], labels: { x: '1', y: '2' }, dns: ['1.1.1.1'], attach: false }),
    ];
    const { service: united, problems } = uniteServices(members, locate);
    expect(problems).toEqual([]);
    expect(united).toMatchObject({
      ports: ['80:80', '81:81'],
      labels: { x: '1', y: '2' },
      dns: ['1.1.1.1'],
      annotations: { n: 'a' },
    });
    expect(united.attach).toBeUndefined();
  });

  it('is summed with what the runtime takes, and a limit that not all of them have is said to be lost', () => {
    const limit = { deploy: { resources: { limits: { memory: '100M' }, reservations: { memory: '10M' } } } };
    const both = uniteServices([service('a', limit), service('b', { mem_limit: '1g' })], locate);
    expect(both.service.deploy).toEqual({
      resources: {
        limits: { memory: String(1124 * 1024 ** 2 + runtimeBytes(2)) },
        reservations: { memory: String(10 * 1024 ** 2 + runtimeBytes(2)) },
      },
    });
    const one = uniteServices([service('a', limit), service('b', {})], locate);
    expect(one.problems.map(({ code }) => code)).toEqual(['KEY_LIMITED']);
  });

  it('raises a limit of the container where a member asks for more than usual, and lowers none for the rest', () => {
    const ulimitsOf = (ulimits: JsonObject) =>
      uniteServices([service('a', { ulimits }), service('b', {})], locate).service.ulimits;
    expect(ulimitsOf({ memlock: -1, nofile: 100 })).toEqual({ memlock: { soft: -1, hard: -1 } });
    expect(ulimitsOf({ memlock: 65536, sigpending: 100, rtprio: 0, nofile: -1 })).toBeUndefined();
  });

  it('is an error where they disagree', () => {
    const members = [service('a', { labels: { x: '1' } }), service('b', { labels: { x: '2' } })];
    expect(uniteServices(members, locate).problems.map(({ code }) => code)).toEqual(['UNITE_CLASH']);
  });

  it('has one log: a driver that some members name is everybody’s, and one that keeps nothing nobody’s', () => {
    const told = (...logging: readonly JsonObject[]) =>
      uniteServices(
        logging.map((keys, index) => service(`s${index}`, keys)),
        locate,
      ).problems.map(({ severity, code, why }) => `${severity} ${code}: ${why}`);
    const by = (driver: string) => ({ logging: { driver } });
    expect(told(by('local'), {})).toEqual([
      'warning KEY_LIMITED: the bundle has one log: "s1" gets the driver "local" too',
    ]);
    const kept = ['warning KEY_LIMITED: the bundle has one log, and others want theirs'];
    expect(told(by('none'), {})).toEqual(kept);
    expect(told({}, by('local'), by('none'))).toHaveLength(2);
    const { service: united } = uniteServices([service('a', by('none')), service('b', by('local'))], locate);
    expect(united.logging).toEqual({ driver: 'local' });
    expect(told(by('none'), by('none'))).toEqual([]);
    expect(told(by('local'), by('local'))).toEqual([]);
    expect(told({ logging: { options: { 'max-size': '1m' } } }, {})).toEqual([]);
  });

  it('is confined by SELinux or not as a whole: who is not with a member that is free of it, is told', () => {
    const free = service('a', { security_opt: ['label:disable'] });
    const { service: united, problems } = uniteServices([free, service('b', {})], locate);
    expect(united).toEqual({ security_opt: ['label=disable'] });
    expect(problems.map(({ why }) => why)).toEqual([
      'the bundle is one container: SELinux does not confine "b" either',
    ]);
    expect(uniteServices([free], locate).problems).toEqual([]);
    expect(uniteServices([service('b', {})], locate).service).toEqual({});
  });

  it('has a limit of process ids that leaves the runtime its own', () => {
    const members = [
      service('a', { pids_limit: 10 }),
      service('b', { deploy: { resources: { limits: { pids: 20 } } } }),
    ];
    const { service: united } = uniteServices(members, locate);
    expect(united).toEqual({ deploy: { resources: { limits: { pids: 30 + runtimePids(2) } } } });
  });
});
