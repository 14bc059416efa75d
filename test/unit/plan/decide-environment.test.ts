import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/compose/project.js';
import type { ImageConfig } from '../../../src/images/image-facts.js';
import { decideEnvironment } from '../../../src/plan/decide-environment.js';

/** What a program finds before env files and `environment`. */
function below(keys: JsonObject, env: readonly string[] = []) {
  const service = { name: 'web', resolved: keys, written: keys };
  return decideEnvironment('WEB__', service, { env } as unknown as ImageConfig, () => undefined).launch.image;
}

it('a program with a terminal finds TERM, unless its image has another', () => {
  expect(below({ tty: true })).toHaveProperty('TERM', 'xterm');
  expect(below({ tty: true }, ['TERM=dumb'])).toHaveProperty('TERM', 'dumb');
  expect(below({})).not.toHaveProperty('TERM');
});

it('an image without PATH has that of Docker', () => {
  expect(below({}).PATH).toMatch(/^\/usr\/local\/sbin:.*:\/bin$/);
  expect(below({}, ['PATH=/x', 'EMPTY']).PATH).toBe('/x');
});
