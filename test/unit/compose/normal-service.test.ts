import { describe, expect, it } from 'vitest';
import { normalService } from '../../../src/compose/normal-service.js';

describe('a service that Compose left as written', () => {
  it('has its lists of KEY=VALUE as maps, where a value may hold anything', () => {
    expect(normalService({ environment: ['A=1', 'B', 'C=x=${Y}'], labels: ['l=1'] })).toEqual({
      environment: { A: '1', B: null, C: 'x=${Y}' },
      labels: { l: '1' },
    });
  });

  it('keeps a list whose names hold variables, since keys of maps cannot', () => {
    expect(normalService({ environment: ['${NAME}=1'] })).toEqual({ environment: ['${NAME}=1'] });
  });

  it('has names of a list as Compose reads them, which replaces nothing in the keys of a map', () =>
    expect(normalService({ labels: ['a$$b=1$$'] })).toEqual({ labels: { a$b: '1$$' } }));

  it('has its hosts as a list, and single names too', () => {
    expect(normalService({ extra_hosts: { h: '1.2.3.4', v6: ['::1', '::2'] }, dns: '1.1.1.1' })).toEqual({
      extra_hosts: ['h=1.2.3.4', 'v6=::1', 'v6=::2'],
      dns: ['1.1.1.1'],
    });
  });

  it('has swap without a limit as a number, the only form that Compose reads', () =>
    expect(normalService({ memswap_limit: '-1' })).toEqual({ memswap_limit: -1 }));
});
