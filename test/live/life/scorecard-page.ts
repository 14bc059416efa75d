/** docs/scorecard.md: what is asked of a bundle's life, and what `npm run soak` last measured of it. */
import { markdownTable } from '../../markdown-table.js';
import type { Measured, Scorecard } from './scorecard.js';
import { ROWS, type Row, type RowText } from './scorecard-rows.js';

export const SCORECARD_PAGE = 'docs/scorecard.md';

const HEAD = `# Scorecard

What a bundle promises of the life of its members, and what was measured on a real Engine, rung \`userns\` where no
other is named. Written from \`test/live/life/scorecard.json\`, which \`npm run soak\` records (two processors; the load
is the mean number of tasks that wanted one, the slowness how many times longer than on a usual machine a program takes
to start, where it was measured; rows of before that was recorded have no day and no commit). "Met" is said of the bar itself, and a soak fails without it; the shorter forms, which run with every
\`npm test\`, allow more time on a busy or slow machine. A commit with a + had changes.
`;

/** The page's text. */
export function scorecardPage(scorecard: Scorecard): string {
  return `${HEAD}\n${(Object.keys(ROWS) as Row[]).map((row) => section(row, scorecard[row] ?? {})).join('\n')}`;
}

function section(row: Row, parts: Readonly<Record<string, Measured>>): string {
  const { says, bar, inCi, test }: RowText = ROWS[row];
  const lines = Object.entries(parts).map(([part, { isMet, observed, load, slowness, on, commit }]) => [
    part,
    Object.entries(observed)
      .map(([name, value]) => `${name}: ${value}`)
      .join(' · '),
    load.toFixed(1),
    slowness?.toFixed(1) ?? '',
    on === undefined ? '' : `${on} at ${commit}`,
    VERDICTS[String(isMet)] ?? '',
  ]);
  const table = lines.length === 0 ? ['Not measured yet.'] : markdownTable(COLUMNS, lines);
  const shown = `Bar: ${bar}. With every \`npm test\`: ${inCi} (\`test/live/${test}\`).`;
  return `## ${row}: ${says}\n\n${[shown, table.join('\n')].join('\n\n')}\n`;
}

const COLUMNS = ['part', 'observed', 'load', 'slowness', 'measured', 'bar'];
const VERDICTS: Readonly<Record<string, string>> = { true: 'met', false: 'missed', null: 'beside it' };
