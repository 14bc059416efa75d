import { expect, test } from 'vitest';
import { stripControls } from '../../../src/engine/strip-controls.js';

test('text of a build cannot steer the terminal', () => {
  expect(stripControls('\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u0008\ttab\n')).toBe('red x\ttab\n');
});

test('nor can the control characters of eight bits, which begin sequences as well', () => {
  expect(stripControls('\u009b31mred\u009d0;title\u0085 Grüße')).toBe('31mred0;title Grüße');
});
