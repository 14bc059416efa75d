import { describe, expect, it } from 'vitest';
import { positionsIn } from '../../../src/compose/source-positions.js';

const base = {
  file: 'compose.yaml',
  text: 'services:\n  web:\n    image: x\n    ports:\n      - 80:80\n      - 81:81\n    environment:\n      - A=1\n      - B=2\n',
};
const override = { file: 'override.yaml', text: '\ufeffservices:\r\n  web:\r\n    ports: ["90:90"]\r\n' };

describe('the place of a key', () => {
  it('is line and column of the key itself', () =>
    expect(positionsIn([base]).locate(['services', 'web', 'image'])).toEqual({
      file: 'compose.yaml',
      line: 3,
      column: 5,
    }));

  it('is the item of a list', () =>
    expect(positionsIn([base]).locate(['services', 'web', 'ports', 1])).toEqual({
      file: 'compose.yaml',
      line: 6,
      column: 9,
    }));

  it('is found in a list that stands for a map', () =>
    expect(positionsIn([base]).locate(['services', 'web', 'environment', 'B'])?.line).toBe(9));

  it('is in the file that has the last word', () => {
    const locate = positionsIn([base, override]).locate;
    expect(locate(['services', 'web', 'ports'])?.file).toBe('override.yaml');
    expect(locate(['services', 'web', 'image'])?.file).toBe('compose.yaml');
  });

  it('is that of the deepest ancestor where the key itself is not written', () =>
    expect(positionsIn([base]).locate(['services', 'web', 'restart'])).toEqual({
      file: 'compose.yaml',
      line: 2,
      column: 3,
    }));

  it('is unknown where nothing of the path is written', () =>
    expect(positionsIn([base]).locate(['volumes', 'x'])).toBeUndefined());

  it('survives a file that is not YAML', () =>
    expect(positionsIn([{ file: 'x', text: '{[: -' }]).locate(['a'])).toBeUndefined());

  it('is in the anchor that is merged or repeated, by way of others too', () => {
    const text = [
      'x-a: &a { tty: true }',
      'x-b: &b',
      '  <<: *a',
      '  init: true',
      'x-c: &c { read_only: true, init: false }',
      'x-limits: &limits',
      '  nofile: 7',
      'services:',
      '  web: { <<: [*c, *b], image: x, ulimits: *limits }',
      '  loop: &loop { <<: *loop }',
    ].join('\n');
    const line = (...path: string[]) =>
      positionsIn([{ file: 'x', text }]).locate(['services', ...path])?.line;
    expect(line('web', 'tty')).toBe(1);
    expect(line('web', 'init')).toBe(5);
    expect(line('web', 'ulimits', 'nofile')).toBe(7);
    expect(line('loop', 'tty')).toBe(10);
  });

  it('is in the service that is extended, in another file too', () => {
    const own = {
      file: 'shop/compose.yaml',
      text: [
        'services:',
        '  near: { tty: true, init: true }',
        '  web: { extends: { service: near }, init: false }',
        '  far: { extends: { file: base/common.yaml, service: app } }',
        '  self: { extends: self }',
      ].join('\n'),
    };
    const base = {
      file: 'shop/base/common.yaml',
      text: 'services:\n  app:\n    extends: deeper\n  deeper: { tty: 1 }\n',
    };
    const locate = positionsIn([base, own]).locate;
    const at = (...path: string[]) => {
      const place = locate(['services', ...path]);
      return `${place?.file}:${place?.line}`;
    };
    expect(at('web', 'tty')).toBe('shop/compose.yaml:2');
    expect(at('web', 'init')).toBe('shop/compose.yaml:3');
    expect(at('far', 'tty')).toBe('shop/base/common.yaml:4');
    expect(at('far', 'user')).toBe('shop/compose.yaml:4');
    expect(at('self', 'tty')).toBe('shop/compose.yaml:5');
  });

  it('looks at an extended service once, however many documents lead to it', () => {
    const text = Array.from({ length: 12 }, () => 'services: { a: { extends: { service: a } } }').join(
      '\n---\n',
    );
    const place = positionsIn([{ file: 'compose.yaml', text }]).locate(['services', 'a', 'tty']);
    expect(place?.file).toBe('compose.yaml');
  });
});
