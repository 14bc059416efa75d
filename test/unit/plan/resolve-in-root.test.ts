import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveInRoot } from '../../../src/plan/resolve-in-root.js';

const links = {
  '/var/run': '/run',
  '/var/lock': '../run/lock',
  '/a': 'b',
  '/b': '/a',
  '/out': '../../../etc',
  '/run/self': '.',
};

describe('a path inside a root', () => {
  it.each([
    ['/data', '/data'],
    ['/var/run/x.sock', '/run/x.sock'],
    ['/var/lock/x', '/run/lock/x'],
    ['/srv/../data/./x//', '/data/x'],
    ['/../../..', '/'],
    ['/out/passwd', '/etc/passwd'],
    ['/run/self/self/x', '/run/x'],
  ])('follows the links of the image: %s is %s', (path, resolved) =>
    expect(resolveInRoot(path, links)).toBe(resolved),
  );

  it('gives up on a loop of links', () => expect(resolveInRoot('/a/x', links)).toBeUndefined());

  it('never leaves the root, whatever links say', () => {
    const part = fc.constantFrom('..', '.', 'a', 'b', 'x', '/', '');
    const path = fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(path, fc.dictionary(path, path), (asked, random) => {
        const resolved = resolveInRoot(asked, random);
        expect(
          resolved === undefined || (resolved.startsWith('/') && !resolved.split('/').includes('..')),
        ).toBe(true);
      }),
    );
  });
});
