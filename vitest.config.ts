import { defineConfig } from 'vitest/config';

// Three kinds of tests: beside the source (pure), test/*.int.test.ts (real peers), e2e (whole product, real engines).
export default defineConfig({
  test: {
    include: [
      '{apps,packages}/*/{src,test}/**/*.test.ts',
      'e2e/**/*.test.ts',
      'bench/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
