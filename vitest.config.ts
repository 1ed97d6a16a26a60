import { defineConfig } from 'vitest/config';

// Two projects: `unit` beside the source and against single real peers; `e2e` the whole product with real engines, one file at a time.
export default defineConfig({
  test: {
    // Browsers and real servers share two cores with all else: a limit for what hangs, not for what is slow.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{apps,packages}/*/{src,test}/**/*.test.ts', '{bench,scripts,docs}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
