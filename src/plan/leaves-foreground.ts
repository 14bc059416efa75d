/** Programs that put themselves into the background: their container ends at once, and so does a member. */
import type { Word } from './plan.js';

/** What keeps a program that goes by itself in the foreground. */
const STAYS_WITH: Readonly<Record<string, RegExp>> = {
  apache2: /(?:^| )-X|-D ?FOREGROUND/,
  cron: /(?:^| )-\w*f/,
  crond: /(?:^| )-\w*[fnd]/,
  httpd: /(?:^| )-X|-D ?FOREGROUND/,
  nginx: /daemon +off/,
  sshd: /(?:^| )-\w*[Dd]/,
};

/** What sends a program that stays by itself. */
const GOES_WITH: Readonly<Record<string, RegExp>> = {
  haproxy: /(?:^| )-\w*D\b/,
  memcached: /(?:^| )-d\b|--daemon/,
  mongod: /--fork/,
  mysqld: /--daemonize/,
  'redis-server': /--daemonize +yes/,
};

/** An entrypoint script, a starter such as gosu with its user, then the program. */
const FIRST_WORDS = 4;

/** The name of the program that will go, as far as its arguments tell; a configuration file may say otherwise. */
export function leavesForeground(args: readonly Word[]): string | undefined {
  const words = args.map((word) => (typeof word === 'string' ? word : ''));
  const names = words.slice(0, FIRST_WORDS).map((word) => word.split('/').at(-1) ?? '');
  const at = names.findIndex((name) => Object.hasOwn({ ...STAYS_WITH, ...GOES_WITH }, name));
  const name = names[at];
  if (name === undefined || args.some((word) => typeof word !== 'string')) return undefined;
  const rest = words.slice(at + 1).join(' ');
  const goes = STAYS_WITH[name]?.test(rest) === false || GOES_WITH[name]?.test(rest) === true;
  return goes ? name : undefined;
}
