import { expect, it } from 'vitest';
import { imageWord, isTag } from '../../../src/compose/image-name.js';
import { selectMembers } from '../../../src/tenancy/select-members.js';
import { fakeProject } from '../plan/fake-project.js';

it.each([
  ['shop', true],
  ['shop:1', true],
  ['localhost:5000/team/shop:1.4', true],
  ['[::1]:5000/shop', true],
  ['a_b__c-d---e.f', true],
  ['Shop:1', false],
  ['shop:1:2', false],
  ['a b', false],
  ['my_app_-bundle', false],
  ['a___b', false],
  ['shop:', false],
  ['shop@sha256:00', false],
  ['', false],
])('"%s" is a name that an image can have: %s', (name, expected) => expect(isTag(name)).toBe(expected));

it.each([
  ['my_app_-bundle', 'my_app-bundle'],
  ['my-app-', 'my-app'],
  ['a___b', 'a-b'],
  ['a_-_b', 'a-b'],
  ['a__b', 'a__b'],
  ['a--b', 'a--b'],
])('%s is %s as a word of an image', (word, expected) => {
  expect(imageWord(word)).toBe(expected);
  expect(isTag(expected)).toBe(true);
});

it('what --tag names is checked with the selection, and what a project is named makes a name', () => {
  const service = { name: 'web', resolved: { image: 'tool:1' }, written: { image: 'tool:1' } };
  const project = { ...fakeProject([service]), name: 'my_app_' };
  const select = (tag?: string) => selectMembers(project, { include: [], exclude: [], tag });
  expect(select('Shop:1').problems.map(({ code }) => code)).toEqual(['TAG_MALFORMED']);
  expect(select().problems).toEqual([]);
  expect(select().groups[0]?.tag).toBe('my_app-bundle:latest');
});
