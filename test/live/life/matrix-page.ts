/** docs/life.md: the matrix as it was last recorded by `npm run soak`. */
import { readFileSync } from 'node:fs';
import { markdownTable } from '../../markdown-table.js';
import { BEHAVIOURS, type Behaviour, cellName, POLICIES, type Policy } from './policies.js';
import type { Seen } from './watch-matrix.js';

export const RECORDED = 'test/live/life/matrix.json';
export const PAGE = 'docs/life.md';

export type Recorded = Readonly<Record<string, { readonly expected: Seen; readonly observed: Seen }>>;

export function readRecorded(): Recorded {
  return JSON.parse(readFileSync(RECORDED, 'utf8')) as Recorded;
}

/** The page's text. */
export function matrixPage(recorded: Recorded): string {
  const sections = (Object.keys(BEHAVIOURS) as Behaviour[]).map((behaviour) => section(behaviour, recorded));
  const cells = Object.values(recorded);
  const same = cells.filter((cell) => sentence(cell.expected) === sentence(cell.observed)).length;
  return `${HEAD}\n${same} of ${cells.length} cells are equal.\n\n${sections.join('\n')}`;
}

const HEAD = `# How a member ends and starts again

Written from \`test/live/life/matrix.json\`, which \`npm run soak\` records: 48 services, run by
\`docker compose up\` (expected) and as members of one bundle (observed), watched for nine seconds and then
stopped by hand. "Restarts" means again and again, after 0.1, 0.2, 0.4 … 60 seconds, anew after a run of ten.
Members here are not critical; the end of a critical one ends the bundle
([what is inside a bundle](bundle-layout.md)).
`;

function section(behaviour: Behaviour, recorded: Recorded): string {
  const rows = (Object.keys(POLICIES) as Policy[]).map((policy) => {
    const cell = recorded[cellName(behaviour, policy)];
    const both = cell === undefined ? ['–', '–'] : [sentence(cell.expected), sentence(cell.observed)];
    return [POLICIES[policy].says, ...both];
  });
  const table = markdownTable(['policy', 'expected: own container', 'observed: member'], rows);
  return `## The program ${BEHAVIOURS[behaviour].says}\n\n${table.join('\n')}\n`;
}

function sentence({ state, starts, code, afterStop }: Seen): string {
  const stopped = `stop: ${afterStop}`;
  if (state === 'restarting') return 'restarts';
  const times = starts === 1 ? '1 start' : `${starts} starts`;
  return state === 'running' ? `runs, ${times}; ${stopped}` : `${times}, ended with ${code}; ${stopped}`;
}
