import { expect, it } from 'vitest';
import { rebaseWith } from '../../../src/render/rebase.js';

it.each([
  ['..', './conf', '../conf'],
  ['..', 'conf/x', '../conf/x'],
  ['..', '../outside', '../../outside'],
  ['..', '.', '..'],
  ['..', './', '..'],
  ['.', './conf', './conf'],
  ['..', '/absolute', '/absolute'],
  ['..', '~/home', '~/home'],
  ['../examples/shop', './a', '../examples/shop/a'],
  ['..', '${DIR}/x', '${DIR}/x'],
  ['..', './${DIR}/x', '../${DIR}/x'],
  ['/home/shop', '../a/../b', '/home/b'],
  ['/home/shop', '.', '/home/shop'],
  ['/home/shop', './${DIR}/../x', '/home/shop/${DIR}/../x'],
  ['../my$shop', './a', '../my$$shop/a'],
  ['/srv/my$shop', '../b$$c', '/srv/b$$c'],
  ['/srv/my$shop', './${DIR}/../x', '/srv/my$$shop/${DIR}/../x'],
  ['../my$shop', '${DIR:-./data}/x', '${DIR:-../my$$shop/data}/x'],
  ['..', '${DIR:-./data}/x', '${DIR:-../data}/x'],
  ['..', '${DIR:-/data}/x', '${DIR:-/data}/x'],
])('from %s, %s is %s', (prefix, path, rebased) => expect(rebaseWith(prefix)(path)).toBe(rebased));
