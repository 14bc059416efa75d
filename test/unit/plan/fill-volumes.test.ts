import { describe, expect, it } from 'vitest';
import type { Service } from '../../../src/compose/project.js';
import type { ImageFacts } from '../../../src/images/image-facts.js';
import { fillOnce, sharedVolumeTargets } from '../../../src/plan/fill-volumes.js';
import type { Member } from '../../../src/plan/plan.js';
import { completeFacts } from '../../fixture.js';

type States = NonNullable<ImageFacts['folders']>;

const member = (service: string, source: string | undefined, path: string, volume: object = {}) =>
  ({
    service,
    mounts: [
      {
        key: 'volumes',
        isPath: false,
        entry: { type: 'volume', source, target: `/srv/${service}${path}`, volume },
      },
    ],
  }) as unknown as Member;

/** The members that may fill the volumes they mount. */
function fillers(members: readonly Member[], folders: Readonly<Record<string, States>>): readonly string[] {
  const images = new Map(
    Object.entries(folders).map(([service, states]) => [
      service,
      completeFacts(`${service}:1`, { id: service, folders: states }),
    ]),
  );
  return fillOnce(members, images)
    .filter(({ mounts }) => mounts.every(({ entry }) => !JSON.stringify(entry).includes('"nocopy":true')))
    .map(({ service }) => service);
}

describe('a volume of several members', () => {
  const three = [member('a', 'v', '/x'), member('b', 'v', '/y'), member('c', 'v', '/z')];

  it('is filled by the first whose image has something there', () => {
    expect(fillers(three, { a: { '/x': 'empty' }, b: { '/y': 'filled' }, c: { '/z': 'filled' } })).toEqual([
      'b',
    ]);
    expect(fillers(three, { a: {}, b: {}, c: { '/z': 'filled' } })).toEqual(['c']);
  });

  it('has the owner of the last empty folder where there is nothing', () =>
    expect(fillers(three, { a: { '/x': 'empty' }, b: { '/y': 'empty' }, c: {} })).toEqual(['b']));

  it('is left alone where all have the same there, or one mounts it', () => {
    const same = new Map(
      ['a', 'b'].map((name) => [name, completeFacts('one:1', { folders: { '/x': 'filled' } })] as const),
    );
    const pair = [member('a', 'v', '/x'), member('b', 'v', '/x')];
    expect(fillOnce(pair, same)).toEqual(pair);
    expect(fillers([member('a', 'v', '/x'), member('b', 'w', '/y')], { a: {}, b: {} })).toEqual(['a', 'b']);
  });

  it('that has no name is nobody else’s', () => {
    const anonymous = (service: string, path: string) => member(service, undefined, path);
    const pair = [anonymous('a', '/node_modules'), anonymous('b', '/node_modules'), anonymous('a', '/other')];
    expect(fillers(pair, { a: {}, b: {} })).toEqual(['a', 'b', 'a']);
  });

  it('is left alone where no image has anything there', () =>
    expect(fillers(three, { a: {}, b: {}, c: {} })).toEqual(['a', 'b', 'c']));

  it('is not filled by who says so', () =>
    expect(
      fillers([member('a', 'v', '/x', { nocopy: true }), member('b', 'v', '/y')], {
        a: { '/x': 'filled' },
        b: { '/y': 'filled' },
      }),
    ).toEqual(['b']));
});

it('what is asked of an image is where such volumes are', () => {
  const service = (name: string, ...volumes: readonly (readonly [string, string])[]): Service => {
    const mounts = volumes.map(([source, target]) => ({ type: 'volume', source, target }));
    return { name, written: {}, resolved: { volumes: mounts } };
  };
  const services = [
    service('a', ['v', '/x'], ['own', '/o']),
    service('b', ['v', '/y']),
    service('c', ['w', '/1'], ['w', '/2']),
  ];
  expect(services.map((one) => sharedVolumeTargets(one, services))).toEqual([['/x'], ['/y'], ['/1', '/2']]);
});
