/** supervisord.conf, read back: a template of the user's may not lose or invent a program. */
import { parse } from 'ini';
import type { Plan } from '../plan/plan.js';
import type { Problem } from '../problems.js';
import { supervisordView } from './supervisord-view.js';
import { templateUnfit } from './template-unfit.js';

type Section = Readonly<Record<string, unknown>>;

/** What the plan decides about a program; a template may add other keys, such as where its log goes. */
const DECIDED = [
  'autorestart',
  'exitcodes',
  'startsecs',
  'startretries',
  'stopsignal',
  'stopwaitsecs',
  'priority',
] as const;

/** Sections that the runtime knows what to do with, besides programs. */
const KNOWN = ['unix_http_server', 'supervisord', 'rpcinterface:supervisor', 'supervisorctl'];

/** One problem for each program or value that is not the plan's. */
export function checkSupervisord(text: string, plan: Plan): readonly Problem[] {
  const sections = sectionsOf(parse(text), '');
  const wanted = new Map(
    supervisordView(plan).members.map((member) => [`program:${member.service}`, member]),
  );
  const strangers = [...sections.keys()].filter((name) => !wanted.has(name) && !KNOWN.includes(name));
  return [
    ...strangers.map((name) => unfit(`has the section [${name}], which the plan does not know`)),
    ...[...wanted].flatMap(([name, member]) => {
      const section = sections.get(name);
      if (section === undefined) return [unfit(`has no section [${name}]`)];
      const command = `/usr/lib/bundle-shared/bin/bundle-launch ${member.service}`;
      const values = DECIDED.map((key) => [key, String(member[key])] as const);
      return [['command', command] as const, ['autostart', 'false'] as const, ...values]
        .filter(([key, value]) => String(section[key]) !== value)
        .map(([key, value]) => unfit(`has not ${key}=${value} in [${name}]`));
    }),
  ];
}

/** The parser takes a dot in a section's name for one of a section inside another. */
function sectionsOf(object: Section, path: string): ReadonlyMap<string, Section> {
  const found = new Map<string, Section>();
  for (const [key, value] of Object.entries(object)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    const section = value as Section;
    const name = path === '' ? key : `${path}.${key}`;
    if (Object.values(section).some((item) => typeof item !== 'object')) found.set(name, section);
    for (const inner of sectionsOf(section, name)) found.set(...inner);
  }
  return found;
}

function unfit(what: string): Problem {
  return templateUnfit(
    'supervisord.conf',
    what,
    'the runtime starts, watches and stops the programs of the plan, and no others',
    'its loop over the members',
  );
}
