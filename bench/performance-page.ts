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
  readonly containers: Measured;
  readonly bundle: Measured;
}

interface Row {
  readonly says: string;
  readonly unit: string;
  readonly digits: number;
  /** Whether the bundle reaches what it promises. */
  readonly isGood: (bundle: number, ratio: number) => boolean;
  readonly goal: string;
}

const atLeast = { goal: 'ratio ≥ 0.97', isGood: (_: number, ratio: number) => ratio >= 0.97 };
const ROWS: Readonly<Record<keyof Measured, Row>> = {
  start: {
    says: '`docker compose up --wait`',
    unit: 's',
    digits: 1,
    goal: 'ratio ≤ 0.8',
    isGood: (_, ratio) => ratio <= 0.8,
  },
  runtime: {
    says: 'memory (PSS) of shims; of init and crun',
    unit: 'MB',
    digits: 1,
    goal: '≤ 45 MB',
    isGood: (bundle) => bundle <= 45,
  },
  idle: {
    says: 'processor at rest, health checks every 5 s included',
    unit: '%',
    digits: 2,
    goal: 'ratio ≤ 1.1',
    isGood: (_, ratio) => ratio <= 1.1,
  },
  redis: { says: 'Redis GET, from another container', unit: '/s', digits: 0, ...atLeast },
  nginx: { says: 'nginx, static page', unit: '/s', digits: 0, ...atLeast },
  postgres: { says: 'PostgreSQL, pgbench -S', unit: '/s', digits: 0, ...atLeast },
  log: { says: 'log of one member, 100 byte lines, json-file', unit: 'MB/s', digits: 1, ...atLeast },
  raw: { says: 'the same with `logs: raw`, without names', unit: 'MB/s', digits: 1, ...atLeast },
};

/** The page's text. */
export function performancePage({ rounds, processors, load, slowness, containers, bundle }: Results): string {
  const lost: string[] = [];
  const rows = (Object.keys(ROWS) as (keyof Measured)[]).map((key) => {
    const { says, unit, digits, goal, isGood } = ROWS[key];
    const ratio = bundle[key] / containers[key];
    const isReached = isGood(bundle[key], ratio);
    if (!isReached) lost.push(`- ${says}: ${goal} is not reached (${ratio.toFixed(2)}).`);
    const figure = (value: number) => `${value.toFixed(digits)} ${unit}`;
    return [
      says,
      figure(containers[key]),
      figure(bundle[key]),
      ratio.toFixed(2),
      goal,
      isReached ? 'yes' : 'no',
    ];
  });
  const table = markdownTable(['what', 'eight containers', 'one bundle', 'ratio', 'goal', 'reached'], rows);
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
  Of a container's check, the Engine's own work (outside of the container) is not counted.
- Log lines pass through PID 1, which puts the member's name in front of each: \`writer | \` makes 109 bytes of 100, and
  what the Engine keeps is limited by its bytes. \`logs: raw\` leaves the names out.
`;
