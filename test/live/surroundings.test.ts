import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discardFolders } from './bundles.js';
import { type ToldTwice, toldTwice } from './told.js';

const FILE = 'test/live/projects/surroundings/compose.yaml';
const shell = { SURROUNDINGS_VALUE: 'from the shell: "$x" %', PASSED: 'passed on' };

let told: ToldTwice;

beforeAll(async () => {
  process.env.SURROUNDINGS_VALUE = shell.SURROUNDINGS_VALUE;
  told = await toldTwice(FILE, 'surroundings', shell);
});

afterAll(async () => {
  await told.discard();
  discardFolders();
});

const services = [
  'plain',
  'words',
  'shell-words',
  'environment',
  'environment-of-files',
  'user-name',
  'user-ids',
  'user-unknown',
  'user-hidden',
  'user-group',
  'directory',
  'caps',
  'limits',
  'more-limits',
  'reading',
  'scratch',
];

describe('a program in a bundle is given what it was given in its own container', () => {
  it.each(services)('%s', (service) => {
    expect(told.plain[service]).toBeDefined();
    expect(told.bundled[service]).toEqual(told.plain[service]);
  });
});
