import { describe, expect, it } from 'vitest';
import { stackNames } from '../../../src/render/stack-names.js';

const on = (...networks: readonly string[]) =>
  Object.fromEntries(networks.map((network) => [network, null] as const));

const namesOf = (services: Parameters<typeof stackNames>[0]) => {
  const named = stackNames(services);
  const networks = named.services.map(([name, written]) => [name, written.networks] as const);
  return { networks: Object.fromEntries(networks), lost: Object.fromEntries(named.lost) };
};

describe('names of services in a stack', () => {
  it('a service is still found by the name of its container, on all of its networks', () => {
    const db = { container_name: 'main', networks: { a: { aliases: ['sql'] }, b: null } };
    expect(namesOf([['db', db]]).networks).toEqual({
      db: { a: { aliases: ['sql', 'main'] }, b: { aliases: ['main'] } },
    });
  });

  it('an alias of a link leads to its target, on the networks that both share', () => {
    const { networks, lost } = namesOf([
      ['db', { networks: on('a', 'b') }],
      ['web', { networks: on('b', 'c'), links: ['db:database', 'db'] }],
    ]);
    expect(networks).toEqual({ db: { a: null, b: { aliases: ['database'] } }, web: on('b', 'c') });
    expect(lost).toEqual({});
  });

  it.each([
    ['a service', { networks: on('a') }],
    ['an alias', { networks: { a: { aliases: ['db'] } } }],
    ['a container', { networks: on('a'), container_name: 'db' }],
    ['a link to another one', { networks: on('a'), links: ['web:db'] }],
  ])('an alias of a link that is also %s is lost, and nobody is found under two names', (what, other) => {
    const { networks, lost } = namesOf([
      [what === 'a service' ? 'db' : 'other', other],
      ['old', { networks: on('a') }],
      ['web', { networks: on('a'), links: ['old:db'] }],
    ]);
    expect(networks.old).toEqual(on('a'));
    expect(lost.web).toEqual(['db']);
  });

  it('an alias that the target has anyway, or that another network knows, is no loss', () => {
    const { networks, lost } = namesOf([
      ['bundle', { networks: { a: { aliases: ['cache'] } } }],
      ['cache', { networks: on('b') }],
      ['web', { networks: on('a'), links: ['bundle:cache'] }],
    ]);
    expect(networks.bundle).toEqual({ a: { aliases: ['cache'] } });
    expect(lost).toEqual({});
  });

  it('services without networks are left as they are', () => {
    const probe = { network_mode: 'host', container_name: 'probe', links: ['gone:it'] };
    expect(stackNames([['probe', probe]])).toEqual({ services: [['probe', probe]], lost: new Map() });
  });
});
