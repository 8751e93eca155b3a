import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{shared,companion,extension}/src/**/*.test.{ts,tsx}', 'test/{house,bench}/*.test.ts'],
          // For a busy machine: a test that hangs still fails, one that waits its turn does not.
          testTimeout: 30_000,
        },
      },
      {
        // Real browsers and processes: few at a time, with patience.
        test: {
          name: 'stories',
          include: ['test/scenarios/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: true,
          maxWorkers: 2,
        },
      },
    ],
  },
})
