import { expect, it } from 'vitest';
import type { Json } from '../../../src/compose/project.js';
import { findLostDevices, joinedDevice } from '../../../src/compose/split-devices.js';

const device = (source: string, target: string, permissions = 'rwm') => ({ source, target, permissions });

it.each([
  [device('${DEV', '-/dev/a}', '/dev/b'), '${DEV:-/dev/a}:/dev/b'],
  [device('/dev/a', '${DEV', '-/dev/b}'), '/dev/a:${DEV:-/dev/b}'],
  [device('${DEV', '-/dev/a}'), '${DEV:-/dev/a}'],
  [device('${DEV', '-/dev/a', '/dev/b}'), '${DEV:-/dev/a:/dev/b}'],
])('%j was %s', (taken, written) => expect(joinedDevice(taken)).toBe(written));

it.each([device('${DEV}', '/dev/b'), device('${DEV-/dev/a}', '/dev/b', 'r'), device('/dev/a', '/dev/a')])(
  '%j stays',
  (kept) => expect(joinedDevice(kept)).toBe(kept),
);

it('a device of which nothing is kept is refused', () => {
  const [kept, other] = [device('${A', '-/dev/a}', '/dev/b'), device('/dev/c', '/dev/c')];
  const services = (devices: readonly Json[]) => ({ services: { hub: { devices } } });
  const lost = (written: readonly Json[], today: readonly Json[]) =>
    findLostDevices(services(written), services(today), () => undefined).map(({ message }) => message);
  const told = ['"devices" of service "hub" holds a variable that Compose does not keep'];
  expect(lost([kept], [device('/dev/a', '/dev/b')])).toEqual([]);
  expect(lost([device('', '')], [device('/dev/a', '/dev/b', 'r')])).toEqual(told);
  expect(lost([kept], [other, device('/dev/a', '/dev/b')])).toEqual(told);
  expect(lost([kept, other], [other])).toEqual([]);
});
