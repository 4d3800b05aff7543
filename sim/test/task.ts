// SPDX-License-Identifier: Apache-2.0
import { SimulationError, TaskKilled } from './errors.ts';

/** A forked coroutine. A failure of it that nobody joins ends the test. */
export class Task<T = unknown> {
  readonly name: string;
  readonly #result: Promise<T>;
  readonly #cancel: (task: Task, error: Error) => void;
  readonly #whenDone: (task: Task) => Promise<void>;
  #state: 'running' | 'done' | 'failed' | 'killed' = 'running';

  constructor(
    name: string,
    body: (task: Task<T>) => Promise<T>,
    host: {
      cancel: (task: Task, error: Error) => void;
      /** A wait of the scheduler, so that the coroutine that joins is known when it goes on. */
      whenDone: (task: Task) => Promise<void>;
      failed: (error: unknown) => void;
    },
  ) {
    this.name = name;
    this.#cancel = host.cancel;
    this.#whenDone = host.whenDone;
    this.#result = body(this);
    this.#result.then(
      () => {
        if (this.#state === 'running') this.#state = 'done';
      },
      (error: unknown) => {
        if (this.#state === 'killed') return;
        this.#state = 'failed';
        host.failed(error);
      },
    );
  }

  get done(): boolean {
    return this.#state !== 'running';
  }

  get killed(): boolean {
    return this.#state === 'killed';
  }

  /** Waits until the task is over and gives its result. */
  async join(): Promise<T> {
    if (!this.done) await this.#whenDone(this);
    try {
      return await this.#result;
    } catch (error) {
      if (error instanceof TaskKilled)
        throw new SimulationError(`The task "${this.name}" was killed, so it has no result.`);
      throw error;
    }
  }

  /** Ends the task at its present wait; its `finally` blocks run. */
  kill(): void {
    if (this.done) return;
    this.#state = 'killed';
    this.#cancel(this, new TaskKilled(`The task "${this.name}" was killed.`));
  }
}
