import { defineConfig } from 'vitest/config';

// Limits of time end what hangs. None is there to find what is slow: a busy machine may take ten times as long.

export default defineConfig({
  test: {
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary'] },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 180_000 } },
      {
        test: {
          name: 'nodes',
          include: ['test/nodes/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        // Apart from the other live tests: an Engine that leaves a swarm forgets the names of all its networks.
        test: {
          name: 'platforms',
          include: ['test/platforms/**/*.test.ts'],
          maxWorkers: 1,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      { test: { name: 'bench', include: ['bench/**/*.bench.ts'], maxWorkers: 1, hookTimeout: 1_200_000 } },
      {
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 1_200_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
