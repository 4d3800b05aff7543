// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

/** The suite a user runs: everything but the soaks, on two workers. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
