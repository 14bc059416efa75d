import { expect, test } from 'vitest';
import { decideImage } from '../../../src/plan/decide-image.js';
import { completeFacts } from '../../fixture.js';

test.each([
  ['the reference', 'shop:1', {}, 'shop:1'],
  ['the digest', 'shop:1', { digest: 'shop@sha256:1' }, 'shop@sha256:1'],
  ['a name, where the reference is an id', 'sha256:5e1f', { tags: ['shop:1', 'shop:2'] }, 'shop:1'],
  ['the digest of an id', '5e1f', { tags: [], digest: 'shop@sha256:1' }, 'shop@sha256:1'],
])('a build takes an image by %s', (_, reference, facts, source) => {
  expect(decideImage(completeFacts(reference, facts))).toMatchObject({ reference, source });
});
