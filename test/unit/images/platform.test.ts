import { expect, it } from 'vitest';
import { normalPlatform } from '../../../src/images/platform.js';

it.each([
  ['linux/arm64/v8', 'linux/arm64'],
  ['linux/arm64', 'linux/arm64'],
  ['linux/arm64/v9', 'linux/arm64/v9'],
  ['linux/amd64/v1', 'linux/amd64'],
  ['linux/amd64/v3', 'linux/amd64/v3'],
  ['linux/arm', 'linux/arm/v7'],
  ['linux/arm/v6', 'linux/arm/v6'],
  ['linux/riscv64', 'linux/riscv64'],
])('%s is %s', (name, normal) => expect(normalPlatform(name)).toBe(normal));
