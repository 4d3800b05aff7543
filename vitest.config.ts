// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

/** The suite a user runs: everything but the soaks, on two workers. Time limits are for tests that hang, not for slow machines. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
