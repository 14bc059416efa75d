import { expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/compose/project.js';
import { decideArguments } from '../../../src/plan/decide-arguments.js';
import { completeFacts } from '../../fixture.js';

const image = completeFacts('image:1', {
  config: { ...completeFacts('image:1', {}).config, entrypoint: ['entry'], cmd: ['cmd'] },
}).config;

/** What Compose resolves texts to; a text with a variable is empty for the caller who plans. */
function resolve(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') return value;
  return value.includes('$') ? [] : value.split(' ').filter((word) => word !== '');
}

function args(written: JsonObject, own = image) {
  const resolved = Object.fromEntries(
    Object.entries(written).map(([key, value]) => [key, resolve(value) ?? null]),
  );
  return decideArguments('A__', { name: 'a', written, resolved }, own).value;
}

const E = 'A__BUNDLE_ENTRYPOINT';
const C = 'A__BUNDLE_COMMAND';

it.each<readonly [JsonObject, readonly Json[]]>([
  [{}, ['entry', 'cmd']],
  [{ command: 'a b' }, ['entry', 'a', 'b']],
  [{ command: [] }, ['entry', 'cmd']],
  [{ entrypoint: null }, ['entry', 'cmd']],
  [{ entrypoint: [] }, ['cmd']],
  [{ entrypoint: '', command: 'a' }, ['a']],
  [{ entrypoint: 'e' }, ['e']],
  [{ entrypoint: [''], command: ['a'] }, ['a']],
  [{ entrypoint: [''] }, []],
  [{ entrypoint: '$E' }, [{ words: [E], otherwise: ['cmd'] }]],
  [{ entrypoint: '$E', command: [] }, [{ words: [E], otherwise: ['cmd'] }]],
  [{ entrypoint: '$E', command: 'a' }, [{ words: [E] }, 'a']],
  [{ entrypoint: ['$E'] }, [{ var: `${E}_0` }]],
  [{ entrypoint: ['$E'], command: '$C' }, [{ var: `${E}_0` }, { words: [C] }]],
  [{ command: '$C' }, ['entry', { words: [C], otherwise: ['cmd'] }]],
  [{ entrypoint: [], command: '$C' }, [{ words: [C], otherwise: ['cmd'] }]],
  [{ entrypoint: '$E', command: '$C' }, [{ words: [E, C], otherwise: ['cmd'] }]],
  [{ entrypoint: '$E', command: ['$C'] }, [{ words: [E] }, { var: `${C}_0` }]],
])('of %j the program is %j', (written, expected) => expect(args(written)).toEqual(expected));

it('an ENTRYPOINT of one empty word is none', () =>
  expect(args({}, { ...image, entrypoint: [''] })).toEqual(['cmd']));
