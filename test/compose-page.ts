/** docs/compose.md, made from the tables of keys. */
import { PROJECT_KEYS } from '../src/plan/keys/project-keys.js';
import { SERVICE_KEYS } from '../src/plan/keys/service-keys.js';
import { SERVICE_SUB_KEYS } from '../src/plan/keys/service-sub-keys.js';
import type { Verdict } from '../src/plan/keys/verdict.js';
import { markdownTable } from './markdown-table.js';

type Rows = Readonly<Record<string, Verdict>>;

export function composePage(): string {
  const count = (verdict: Verdict['verdict']) =>
    Object.values(SERVICE_KEYS).filter((row) => row.verdict === verdict).length;
  const total = Object.keys(SERVICE_KEYS).length;
  return `${[
    '# Keys of Compose',
    '',
    'What becomes of every key of the Compose Specification when its service goes into a bundle. Generated from the',
    'tables in `src/plan/keys/`, which a test holds against the schema of the specification. A service that stays',
    'dedicated keeps all of its keys as written; only its references to members and its relative paths change.',
    '',
    `Of the ${total} keys of a service ${count('applied')} take effect in the member alone, ${count('united')} on the`,
    `bundle for all members together, ${count('before')} are done with before anything runs, ${count('limited')} mean less`,
    `(a warning), and ${count('refused')} are refused (an error). Nothing is dropped in silence: a key that is not listed`,
    'here is refused.',
    '',
    'Others publish: Fly.io’s support of Compose files, 9 of 92 keys of a service; kompose, 47 of the 84 rows of its',
    'table of conversion.',
    '',
    '- **applied**: takes effect inside the bundle, for this member alone',
    '- **united**: joined with the other members’ on the bundle’s service',
    '- **carried**: stands in the rewritten file as written',
    '- **before**: Compose acts on it while it reads, builds or pulls',
    '- **limited**: means less than it did; a warning',
    '- **refused**: cannot be honoured; an error',
    '',
    'A key without rows of its own below it is decided as a whole.',
    '',
    '## Of a service',
    '',
    ...table({ ...SERVICE_KEYS, ...SERVICE_SUB_KEYS }),
    '',
    '## Of the project',
    '',
    ...table(PROJECT_KEYS),
  ].join('\n')}\n`;
}

function table(rows: Rows): readonly string[] {
  const cells = Object.entries(rows)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { verdict, how, unless }]) => [`\`${key}\``, verdict, `${how}${exception(unless)}`]);
  return markdownTable(['key', 'what happens', 'how, or why not'], cells);
}

function exception(unless: Verdict['unless']): string {
  const values = (unless ?? []).map((value) => `\`${String(value)}\``);
  const verb = values.length === 1 ? 'is' : 'are';
  return values.length === 0 ? '' : `; ${values.join(' and ')} ${verb} accepted`;
}
