// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';

/** Runs jobs in the order given, as many at once as there are processors. */
export async function inParallel(jobs: readonly (() => Promise<unknown>)[]): Promise<void> {
  const waiting = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await job();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}
