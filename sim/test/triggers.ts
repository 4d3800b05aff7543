// SPDX-License-Identifier: Apache-2.0
import type { Engine } from '../../src/sim/engine.ts';
import type { Fail, Scheduler, Wait } from './scheduler.ts';
import type { AnyPort } from './shapes.ts';
import { Task } from './task.ts';

const WAIT = Symbol('kiln.wait');

/** A promise of the scheduler; `first` forgets those that did not win. */
export interface Trigger extends Promise<void> {
  [WAIT]?: Wait;
}

/** What a coroutine can wait for, and how it starts others. */
export abstract class Triggers {
  readonly engine: Engine;
  protected readonly scheduler: Scheduler;
  readonly #fail: Fail;
  #tasks = 0;

  constructor(scheduler: Scheduler, fail: Fail) {
    this.engine = scheduler.engine;
    this.scheduler = scheduler;
    this.#fail = fail;
  }

  /** Cycles of the first clock so far. */
  get now(): number {
    return this.engine.cycle;
  }

  /** Waits `cycles` clock edges and goes on after the last of them. */
  cycle(cycles = 1): Trigger {
    if (!(cycles >= 1)) throw new RangeError(`A wait takes 1 cycle or more, not ${cycles}.`);
    return this.wait(null, this.now + cycles, () => `${cycles} cycles`);
  }

  /** One cycle without `await`: faster, for a test whose other coroutines, if any, are all done. */
  tick(cycles = 1): void {
    for (let i = 0; i < cycles; i++) this.scheduler.tick();
  }

  /**
   * Waits for the first cycle, this one included, in which the condition holds once everything has settled, and goes on in that
   * cycle before its clock edge.
   */
  until(condition: () => boolean, options: { timeout?: number; what?: string } = {}): Trigger {
    const what = (): string => options.what ?? `until(${condition.toString().replace(/\s+/g, ' ').slice(0, 120)})`;
    return this.wait(condition, this.now + (options.timeout ?? Infinity), what);
  }

  /** Waits for a cycle in which the port is not zero after one in which it was. */
  rising(port: AnyPort, options: { timeout?: number } = {}): Trigger {
    return this.#edge(
      `rising(${port.name})`,
      () => (port.isHigh ? 1 : 0),
      (before, now) => before < now,
      options,
    );
  }

  falling(port: AnyPort, options: { timeout?: number } = {}): Trigger {
    return this.#edge(
      `falling(${port.name})`,
      () => (port.isHigh ? 1 : 0),
      (before, now) => before > now,
      options,
    );
  }

  /** Waits for a cycle in which the port has another value than the cycle before. */
  change(port: AnyPort, options: { timeout?: number } = {}): Trigger {
    return this.#edge(
      `change(${port.name})`,
      () => port.raw,
      (before, now) => before !== now,
      options,
    );
  }

  /** Starts a coroutine beside this one; it runs up to its first wait at once. */
  fork<T>(body: () => Promise<T>, name = `task ${++this.#tasks}`): Task<T> {
    const scheduler = this.scheduler;
    const caller = scheduler.current;
    const task = new Task<T>(
      name,
      (self) => {
        scheduler.current = self;
        return body();
      },
      {
        cancel: (self, error) => scheduler.cancel((wait) => wait.task === self, error),
        whenDone: (self) =>
          this.wait(
            () => self.done,
            Infinity,
            () => `the end of ${self.name}`,
          ),
        failed: this.#fail,
      },
    );
    scheduler.current = caller;
    return task;
  }

  /** Waits for all triggers. */
  async all(...triggers: readonly Promise<unknown>[]): Promise<void> {
    await Promise.all(triggers);
  }

  /** Waits for the first of several triggers, gives its index and forgets the others. */
  async first(...triggers: readonly Promise<unknown>[]): Promise<number> {
    try {
      return await Promise.race(triggers.map((trigger, index) => trigger.then(() => index)));
    } finally {
      const waits = new Set(triggers.map((trigger) => (trigger as Trigger)[WAIT]));
      this.scheduler.cancel((wait) => waits.has(wait), null);
    }
  }

  protected wait(test: (() => boolean) | null, due: number, what: () => string): Trigger {
    const scheduler = this.scheduler;
    let wait: Wait | undefined;
    const trigger: Trigger = new Promise<void>((resolve, reject) => {
      wait = { test, due, began: this.now, what, task: scheduler.current, resolve, reject };
    });
    trigger[WAIT] = wait!;
    scheduler.add(wait!);
    return trigger;
  }

  #edge<V>(what: string, read: () => V, fires: (before: V, now: V) => boolean, options: { timeout?: number }): Trigger {
    let before: V | undefined;
    let present = read();
    let seen = this.now;
    const test = (): boolean => {
      if (this.now !== seen) {
        before = present;
        seen = this.now;
      }
      present = read();
      return before !== undefined && fires(before, present);
    };
    return this.wait(test, this.now + (options.timeout ?? Infinity), () => what);
  }
}
