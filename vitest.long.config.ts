// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

/** Long soaks: thousands of random circuits and whole real data sets. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.ts'],
    testTimeout: 0,
    hookTimeout: 0,
    pool: 'forks',
    maxWorkers: 2,
  },
});
