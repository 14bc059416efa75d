import { expect, it } from 'vitest';
import { findPortClashes } from '../../../src/plan/find-port-clashes.js';
import type { MemberPort } from '../../../src/plan/plan.js';
import { portRanges } from '../../../src/plan/port-ranges.js';

const ports = (first: number, last: number, more: Partial<MemberPort> = {}): readonly MemberPort[] =>
  Array.from({ length: last - first + 1 }, (_, index) => ({
    port: first + index,
    protocol: 'tcp',
    evidence: 'expose',
    ...more,
  }));
const clashes = (...members: readonly (readonly MemberPort[])[]) =>
  findPortClashes(
    members.map((own, index) => ({ service: 'abcd'[index] ?? '', ports: own })),
    () => undefined,
  ).map(({ code, message }) => `${code}: ${message}`);

it('neighbours are told as a range', () => {
  expect(portRanges([9, 80, 8, 7, 443, 444])).toEqual(['7-9', '80', '443-444']);
  expect(portRanges([])).toEqual([]);
});

it('ranges that overlap are one clash', () => {
  expect(clashes(ports(10_000, 20_000), ports(15_000, 25_000))).toEqual([
    'PORT_CLASH: services "a" and "b" both listen on ports 15000-20000',
  ]);
  expect(clashes([...ports(80, 80), ...ports(90, 91)], [...ports(80, 80), ...ports(90, 90)])).toEqual([
    'PORT_CLASH: services "a" and "b" both listen on port 80',
    'PORT_CLASH: services "a" and "b" both listen on port 90',
  ]);
});

it('what is sure and what is not, and protocols, are apart', () => {
  const image = ports(81, 81, { evidence: 'image' });
  expect(clashes([...ports(80, 80), ...image], ports(80, 81))).toEqual([
    'PORT_CLASH: services "a" and "b" both listen on port 80',
    'PORT_MAYBE: the images of "a" and "b" both expose port 81',
  ]);
  expect(clashes(ports(53, 53), ports(53, 53, { protocol: 'udp' }))).toEqual([]);
  expect(clashes(ports(53, 54, { protocol: 'udp' }), ports(53, 54, { protocol: 'udp' }))).toEqual([
    'PORT_CLASH: services "a" and "b" both listen on ports 53-54/udp',
  ]);
});

it('two that are sure clash, whoever may listen there before them', () => {
  const image = ports(80, 80, { evidence: 'image' });
  expect(clashes(image, ports(80, 80), ports(80, 80), image)).toEqual([
    'PORT_MAYBE: the images of "a" and "b" both expose port 80',
    'PORT_CLASH: services "b" and "c" both listen on port 80',
    'PORT_MAYBE: the images of "a" and "d" both expose port 80',
  ]);
});
