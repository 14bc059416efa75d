import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/compose/project.js';
import type { ImageConfig } from '../../../src/images/image-facts.js';
import { decideEnvironment } from '../../../src/plan/decide-environment.js';
import { findUnnamedVariables } from '../../../src/plan/find-unnamed-variables.js';

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

it('a variable of the shell is handed on, unless no expression can name it', () => {
  const keys = { environment: { MY_VAR: null, 'my.var': null } };
  const service = { name: 'web', resolved: keys, written: keys };
  const { variables, launch } = decideEnvironment(
    'WEB__',
    service,
    { env: [] } as unknown as ImageConfig,
    () => undefined,
  );
  expect(variables).toEqual({ WEB__MY_VAR: '${MY_VAR+=}${MY_VAR-}', 'WEB__my.var': '' });
  expect(launch.passThrough).toEqual(['MY_VAR', 'my.var']);
});

it('who names such a variable is told that it is not handed on, and refused what it has today', () => {
  const problemsOf = (value: string | null) =>
    findUnnamedVariables(
      {
        name: 'web',
        written: { environment: { 'my.var': null, 'a-b': '1', OK: null } },
        resolved: { environment: { 'my.var': value, 'a-b': '1', OK: '1' } },
      },
      () => undefined,
    ).map(({ severity, message }) => `${severity}: ${message}`);
  expect(problemsOf(null)).toEqual([
    'warning: "environment: my.var" of service "web" means less in a bundle',
  ]);
  expect(problemsOf('x')).toEqual([
    'error: service "web" uses "environment: my.var", which a bundle cannot honour',
  ]);
});
