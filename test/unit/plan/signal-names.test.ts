import { expect, it } from 'vitest';
import { isRealTime, isSignal, shortName } from '../../../src/plan/signal-names.js';

it.each(['SIGTERM', 'term', 'Sigquit', '3', '64', 'RTMIN', 'SIGRTMIN+15', 'rtmax-14'])(
  '%s is a signal',
  (text) => expect(isSignal(text)).toBe(true),
);

it.each(['', '0', '65', '-1', 'SIG', 'SIGSTOPPED', 'RTMIN+16', 'RTMAX+1', 'TERM;x'])('"%s" is none', (text) =>
  expect(isSignal(text)).toBe(false),
);

it('those that supervisord cannot name are told apart', () => {
  expect(['SIGRTMIN+1', 'rtmax', '34'].every(isRealTime)).toBe(true);
  expect(['SIGTERM', '31'].some(isRealTime)).toBe(false);
  expect(['sigpwr', '3'].map(shortName)).toEqual(['PWR', '3']);
});
