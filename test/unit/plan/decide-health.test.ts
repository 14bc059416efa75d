import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/compose/project.js';
import type { ImageConfig, ImageHealthcheck } from '../../../src/images/image-facts.js';
import { decideHealth } from '../../../src/plan/decide-health.js';

const SECOND = 1e9;
const OF_IMAGE: ImageHealthcheck = {
  test: ['CMD', 'pong'],
  intervalNs: 7 * SECOND,
  timeoutNs: 3 * SECOND,
  startPeriodNs: 40 * SECOND,
  startIntervalNs: SECOND,
  retries: 9,
};

/** As decided for a service with this `healthcheck`, of an image with that one. */
function health(healthcheck: JsonObject, image?: ImageHealthcheck) {
  const keys = { healthcheck };
  const config = { ...(image === undefined ? {} : { healthcheck: image }) } as ImageConfig;
  return decideHealth('WEB', { name: 'web', resolved: keys, written: keys }, config).value;
}

it('what nobody says is as Docker has it', () => {
  expect(health({ test: ['CMD', 'ping'] })).toEqual({
    test: ['CMD', 'ping'],
    intervalSeconds: 30,
    timeoutSeconds: 30,
    retries: 3,
    startPeriodSeconds: 0,
    startIntervalSeconds: 5,
  });
});

it('a text is run by the shell', () => {
  expect(health({ test: 'ping || exit 1' })?.test).toEqual(['CMD-SHELL', 'ping || exit 1']);
});

it('each field that the service sets overrides that of the image, and no other', () => {
  const all = {
    test: ['CMD', 'pong'],
    intervalSeconds: 7,
    timeoutSeconds: 3,
    retries: 9,
    startPeriodSeconds: 40,
    startIntervalSeconds: 1,
  };
  expect(health({}, OF_IMAGE)).toEqual(all);
  for (const [key, field, text, value] of [
    ['interval', 'intervalSeconds', '1m30s', 90],
    ['timeout', 'timeoutSeconds', '500ms', 0.5],
    ['start_period', 'startPeriodSeconds', '2m0s', 120],
    ['start_interval', 'startIntervalSeconds', '2s', 2],
    ['retries', 'retries', 2, 2],
  ] as const)
    expect(health({ [key]: text }, OF_IMAGE)).toEqual({ ...all, [field]: value });
  expect(health({ test: ['CMD', 'ping'] }, OF_IMAGE)).toEqual({ ...all, test: ['CMD', 'ping'] });
});

it('a zero is not set', () => {
  expect(health({ interval: '0s', retries: 0 }, OF_IMAGE)).toMatchObject({ intervalSeconds: 7, retries: 9 });
});

it('a check can be taken away', () => {
  expect(health({})).toBeNull();
  expect(health({ disable: true, test: ['CMD', 'ping'] }, OF_IMAGE)).toBeNull();
  expect(health({ test: ['NONE'] }, OF_IMAGE)).toBeNull();
  expect(health({}, { test: ['NONE'] })).toBeNull();
  expect(health({ test: [] }, OF_IMAGE)?.test).toEqual(['CMD', 'pong']);
});
