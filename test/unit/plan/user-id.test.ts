import { expect, it } from 'vitest';
import { userId } from '../../../src/plan/user-id.js';

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:\n12:x:900:900::/:\nwww:x:33:33::/:\n';

it.each([
  ['', 0],
  ['root', 0],
  ['www:root', 33],
  ['33', 33],
  ['4711:1', 4711],
  ['12', 900],
  ['unknown', undefined],
])('the user "%s" has the id %s', (user, id) => expect(userId(PASSWD, user)).toBe(id));
