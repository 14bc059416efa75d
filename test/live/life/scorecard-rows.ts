/** The rows of the scorecard: what is asked of a bundle's life, and by which test it is shown. */

export interface RowText {
  readonly says: string;
  readonly bar: string;
  /** The form of it that runs with every `npm test`. */
  readonly inCi: string;
  /** Below test/live/. */
  readonly test: string;
}

export const ROWS = {
  R1: {
    says: 'four policies × ten ends × four lengths of life, beside the same services in containers',
    bar: 'as many starts and the same end as the Engine, three times',
    inCi: 'one length of life, four ends, once; 48 more cells in docs/life.md',
    test: 'life/restarts.test.ts',
  },
  R2: {
    says: 'exit codes and signals of a critical member',
    bar: 'all of 1–255, 128 and each of seven signals are the container’s code',
    inCi: '22 codes and all signals',
    test: 'life/ends.test.ts',
  },
  R3: {
    says: 'a critical member fails at once',
    bar: 'every container ends, p95 ≤ 1.5 s, none after more than 3 s',
    inCi: 'the same with fewer',
    test: 'life/ends.test.ts',
  },
  R4: {
    says: '20 finished one-shots and 29 running members are stopped',
    bar: '≤ 2 s, code 0',
    inCi: 'the same',
    test: 'life/crowd.test.ts',
  },
  R5: {
    says: 'three stages of three members that ignore TERM; a plain docker stop, which kills after 10 s',
    bar: '50 of 50 end within 9.5 s, never 137, stages in order',
    inCi: 'two of two',
    test: 'life/stops.test.ts',
  },
  R6: {
    says: 'a stop in the first 50 ms of a container, and during crash loops',
    bar: '0 of 100 lost, each ≤ 2 s',
    inCi: 'twelve starts, eight loops',
    test: 'life/stops.test.ts',
  },
  R7: {
    says: '3,000 orphans at once, 10,000 over a minute',
    bar: '≤ 50 zombies at any look, none left',
    inCi: 'the same, for a minute at most',
    test: 'life/crowd.test.ts',
  },
  R8: {
    says: 'the programs and the cruns of ten members are killed, in no order, 50 times',
    bar: 'back after ≤ 1 s (p95), one of each, nobody else touched',
    inCi: 'twice',
    test: 'life/crowd.test.ts',
  },
  R9: {
    says: 'eight members write 5 MB/s each for 10 minutes, others lines of 5 KB, 100 KB and 1 MB, and all bytes',
    bar: 'no line torn, mixed or lost; init ≤ 5 MB more memory, ≤ 25 % of a processor',
    inCi: '1 MB/s each for a minute',
    test: 'life/noise.test.ts',
  },
  R10: {
    says: 'nobody reads the log for a minute',
    bar: 'restarts work, the stop takes ≤ 10 s, memory is bounded',
    inCi: 'for 4 s',
    test: 'life/readers.test.ts',
  },
  R11: {
    says: 'a crash loop beside members that write 40 MB/s',
    bar: 'no fewer starts than beside it in a container of its own, none sooner than the Engine’s rule, ≤ 3 % of a processor',
    inCi: 'for a minute',
    test: 'life/noise.test.ts',
  },
  R12: {
    says: '50 members for an hour: eight write, one is killed every second',
    bar: 'init ≤ 60 MB and not 2 MB larger than halfway, as many descriptors at the end as at the beginning, no zombie',
    inCi: 'for a minute',
    test: 'life/long.test.ts',
  },
  R13: {
    says: '50 members are started',
    bar: 'all after ≤ 1 s, where supervisord as it comes needs 1.46 s for bare programs; init ≤ 40 MB',
    inCi: 'the processor time instead',
    test: 'life/crowd.test.ts',
  },
  R14: {
    says: 'an error in every callback of the runtime',
    bar: 'the container ends with 70 within 3 s, and says so',
    inCi: 'the same',
    test: 'life/faults.test.ts',
  },
  S5: {
    says: 'a member tries to read, to signal and to reach others, init and what is theirs',
    bar: 'nothing succeeds, but for what SECURITY.md says that members share',
    inCi: 'the same',
    test: '{isolation,rungs/smoke}.test.ts',
  },
  S7: {
    says: 'hardened containers: read-only, few capabilities, another user, few processes, 64 MB of memory',
    bar: 'seven members run, or the container ends and says the way out; out of memory ends the greedy one alone',
    inCi: 'the same',
    test: 'life/faults.test.ts',
  },
  S10: {
    says: 'programs that put themselves into the background, write to /dev/stderr by name, or need a /proc',
    bar: 'as in a container of their own, or refused with the reason',
    inCi: 'the same',
    test: 'rungs/{background,smoke,prediction}.test.ts',
  },
  ready: {
    says: 'what a member depends on becomes ready',
    bar: 'the member is started within 0.5 s, whatever the interval of the health check (of one that takes more than 0.15 s: within three of them)',
    inCi: 'the same',
    test: 'life/start-and-health.test.ts',
  },
  idle: {
    says: 'nothing happens in a bundle of 50 members',
    bar: 'init ≤ 0.5 % of a processor',
    inCi: 'the same',
    test: 'life/crowd.test.ts',
  },
  flood: {
    says: 'one member writes as fast as it can',
    bar: '200 MB/s, init below 60 MB (nothing keeps the log: what an Engine keeps is written at a tenth of that)',
    inCi: '200 MB',
    test: 'life/readers.test.ts',
  },
  clock: {
    says: 'the clock is set back and forth by an hour while members wait',
    bar: 'restarts, health checks and stops come when they would have',
    inCi: 'the same',
    test: 'life/clock.test.ts',
  },
} as const satisfies Readonly<Record<string, RowText>>;

export type Row = keyof typeof ROWS;
