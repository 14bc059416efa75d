import { expect, it } from 'vitest';
import { leavesForeground } from '../../../src/plan/leaves-foreground.js';

it.each<[string, string | undefined]>([
  ['nginx', 'nginx'],
  ['/docker-entrypoint.sh|nginx|-g|daemon off;', undefined],
  ['/usr/sbin/nginx|-c|/my.conf', 'nginx'],
  ['nginx|-g|daemon on;', 'nginx'],
  ['/usr/sbin/sshd|-D|-e', undefined],
  ['tini|--|/usr/sbin/sshd', 'sshd'],
  ['cron|-f', undefined],
  ['cron', 'cron'],
  ['httpd-foreground', undefined],
  ['apache2|-D|FOREGROUND', undefined],
  ['redis-server|--daemonize|yes', 'redis-server'],
  ['redis-server', undefined],
  ['memcached|-m|64', undefined],
  ['memcached|-d|-m|64', 'memcached'],
  ['sh|-c|echo nginx', undefined],
])('"%s" goes into the background as: %s', (command, name) =>
  expect(leavesForeground(command.split('|'))).toBe(name),
);

it('nothing is said of a command that is not known before the start', () =>
  expect(leavesForeground(['nginx', { words: ['WEB__BUNDLE_COMMAND'] }])).toBeUndefined());
