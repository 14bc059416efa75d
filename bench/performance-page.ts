/** docs/performance.md: the eight services as `npm run bench` last measured them. */
import { markdownTable } from '../test/markdown-table.js';

export const RESULTS = 'bench/eight.json';
export const PERFORMANCE = 'docs/performance.md';
export const MEMBERS = ['cache', 'queue', 'web', 'admin', 'db', 'idle', 'writer', 'raw'];

/** Medians: seconds, megabytes, percent of a processor, requests and megabytes per second. */
export interface Measured {
  readonly start: number;
  readonly runtime: number;
  readonly idle: number;
  /** What shims, or init and crun, need for themselves. */
  readonly own: number;
  readonly redis: number;
  readonly nginx: number;
  readonly postgres: number;
  readonly log: number;
  readonly raw: number;
}

export interface Results {
  readonly rounds: number;
  /** Processors of the machine, and its mean load while it measured: above the processors it was busy otherwise. */
  readonly processors: number;
  readonly load: number;
  /** Times longer than on a usual machine that a program takes to start there. */
  readonly slowness: number;
  /** What was not measured yet when they were recorded is not there. */
  readonly containers: Partial<Measured>;
  readonly bundle: Partial<Measured>;
}

interface Row {
  readonly says: string;
  readonly unit: string;
  readonly digits: number;
  /** What the bundle promises: of its figure, or of the ratio of both. */
  readonly goal: { readonly of: 'ratio' | 'bundle' } & (
    | { readonly most: number }
    | { readonly least: number }
  );
}

const equal = { of: 'ratio', least: 0.97 } as const;
const ROWS: Readonly<Record<keyof Measured, Row>> = {
  start: { says: '`docker compose up --wait`', unit: 's', digits: 1, goal: { of: 'ratio', most: 0.8 } },
  runtime: {
    says: 'memory (PSS) of shims; of init and crun',
    unit: 'MB',
    digits: 1,
    goal: { of: 'bundle', most: 45 },
  },
  idle: {
    says: 'processor at rest, health checks every 5 s included',
    unit: '%',
    digits: 2,
    goal: { of: 'ratio', most: 1.1 },
  },
  own: {
    says: 'processor at rest of shims; of init and crun',
    unit: '%',
    digits: 2,
    goal: { of: 'bundle', most: 0.5 },
  },
  redis: { says: 'Redis GET, from another container', unit: '/s', digits: 0, goal: equal },
  nginx: { says: 'nginx, static page', unit: '/s', digits: 0, goal: equal },
  postgres: { says: 'PostgreSQL, pgbench -S', unit: '/s', digits: 0, goal: equal },
  log: { says: 'log of one member, 100 byte lines, json-file', unit: 'MB/s', digits: 1, goal: equal },
  raw: { says: 'the same with `logs: raw`, without names', unit: 'MB/s', digits: 1, goal: equal },
};

interface Line {
  readonly cells: readonly string[];
  /** What is said of a goal that is not reached. */
  readonly lost?: string;
}

function lineOf({ says, unit, digits, goal }: Row, containers: number, bundle: number): Line {
  const reaches = (value: number) => ('most' in goal ? value <= goal.most : value >= goal.least);
  const judged = goal.of === 'ratio' ? bundle / containers : bundle;
  /** With as many digits as it takes to stand on its side of the goal. */
  const exact = (value: number, least: number): string => {
    const text = value.toFixed(least);
    return value !== judged || reaches(Number(text)) === reaches(value) ? text : exact(value, least + 1);
  };
  const sign = 'most' in goal ? `≤ ${goal.most}` : `≥ ${goal.least}`;
  const wanted = goal.of === 'ratio' ? `ratio ${sign}` : `${sign} ${unit}`;
  const ratio = Number.isFinite(bundle / containers) ? exact(bundle / containers, 2) : '-';
  const figure = `${exact(bundle, digits)} ${unit}`;
  const cells = [says, `${containers.toFixed(digits)} ${unit}`, figure, ratio, wanted];
  if (reaches(judged)) return { cells: [...cells, 'yes'] };
  const lost = `- ${says}: ${wanted} is not reached (${goal.of === 'ratio' ? ratio : figure}).`;
  return { cells: [...cells, 'no'], lost };
}

/** The page's text. */
export function performancePage({ rounds, processors, load, slowness, containers, bundle }: Results): string {
  const lines = (Object.keys(ROWS) as (keyof Measured)[]).flatMap((key) => {
    const [apart, together] = [containers[key], bundle[key]];
    return apart === undefined || together === undefined ? [] : [lineOf(ROWS[key], apart, together)];
  });
  const head = ['what', 'eight containers', 'one bundle', 'ratio', 'goal', 'reached'];
  const table = markdownTable(
    head,
    lines.map(({ cells }) => cells),
  );
  const lost = lines.flatMap((line) => line.lost ?? []);
  const machine = `${processors} processors at a mean load of ${load}, where a program takes ${slowness.toFixed(1)} times as long to start as\non a usual machine`;
  const verdict = lost.length === 0 ? ['Nowhere in this run.'] : lost;
  return `${HEAD}\n${table.join('\n')}\n\nMedians of ${rounds} rounds, ${machine}. ${NOISE}\n\n## Where it loses\n\n${verdict.join('\n')}\n${TAIL}`;
}

const NOISE = `Ratios of throughput vary by a third from run to run; one above 1 says no
more than "no loss was seen".`;

const HEAD = `# Performance

What eight services (two Redis, two nginx, PostgreSQL, three small ones) cost as containers of their own and as
one bundle, by turns in one run on one machine. Reproduce it, and write this page anew:

\`\`\`console
$ npm run bench -- bench/eight.bench.ts      # ROUNDS=9 for more rounds
\`\`\`
`;

const TAIL = `
What a figure is made of:

- The start of a bundle is one container, then all members beside one another as their \`depends_on\` allows;
  readiness is asked for at once and every 0.2 s, not after the interval of the health check.
- The memory is that of supervisord with Python (PID 1, the same for one member or fifty) and of one crun per
  member, against one shim per container. Port proxies of Docker come on top on both sides.
- At rest the runtime itself sleeps; what is left are the members and their health checks, each a \`crun exec\`.
  Of a container's check, the Engine's own work (outside of the container) is not counted. What init and crun need for
  themselves is theirs alone: the start of each check is in it, the check is not.
- Log lines pass through PID 1, which puts the member's name in front of each: \`writer | \` makes 109 bytes of 100, and
  what the Engine keeps is limited by its bytes. \`logs: raw\` leaves the names out.
`;
