// SPDX-License-Identifier: Apache-2.0
import type { Engine } from '../../src/sim/engine.ts';
import { CycleTimeout, SimulationError } from './errors.ts';
import type { Task } from './task.ts';

/** Works inside the cycle loop without a coroutine: drivers, monitors, checkers. */
export interface CycleHook {
  /** At the start of a cycle: writes inputs. */
  drive(io: Uint32Array): void;
  /** After everything has settled, before the clock edge: looks at ports. */
  sample(io: Uint32Array, cycle: number): void;
}

/** A coroutine's wait: for a cycle (`test` null) or for a condition. */
export interface Wait {
  readonly test: (() => boolean) | null;
  /** Cycle to wake in, or last cycle in which the condition may come true. */
  readonly due: number;
  readonly began: number;
  readonly what: () => string;
  readonly task: Task | null;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Who looks on: at events after each settle, at inputs before each clock edge. */
export interface Watch {
  afterSettle(): void;
  beforeEdge(cycles: number): void;
}

/** How the simulation ends early. */
export type Fail = (error: unknown) => void;

/** More turns than any sane test takes inside one cycle. */
const MOST_TURNS = 10_000;
/** The event loop gets a turn this often (ms), so that timers of test runners work. */
const BREATH = 50;

/**
 * Runs coroutines and clock. Coroutines run one at a time, each up to its next wait; when all wait, the cycle goes on:
 *
 *     hooks drive, settle, conditions are tested (a coroutine that wakes may drive more: settle and test again),
 *     hooks sample, clock edge, coroutines that waited for the new cycle wake.
 *
 * "All wait" is when no promise callback is left to run. `process.nextTick`, called from a promise callback, calls back
 * exactly then.
 */
export class Scheduler {
  readonly engine: Engine;
  readonly #limit: number;
  readonly #fail: Fail;
  readonly #watch: Watch;
  readonly hooks: CycleHook[] = [];
  readonly #conditions: Wait[] = [];
  readonly #timers: Wait[] = [];
  readonly #ready: { wait: Wait; error: Error | null }[] = [];
  /** Inputs have changed, or a clock edge has passed, since outputs were last right. */
  dirty = true;
  /** The coroutine that is running. */
  current: Task | null = null;
  #driven = false;
  #scheduled = false;
  #over = false;
  #turns = 0;
  #lastBreath = performance.now();

  constructor(engine: Engine, limit: number, fail: Fail, watch: Watch) {
    this.engine = engine;
    this.#limit = engine.cycle + limit;
    this.#fail = fail;
    this.#watch = watch;
  }

  /** Makes outputs right. */
  refresh(): void {
    if (!this.dirty) return;
    this.engine.settle();
    this.dirty = false;
    this.#watch.afterSettle();
  }

  add(wait: Wait): void {
    (wait.test === null ? this.#timers : this.#conditions).push(wait);
    this.#plan();
  }

  /** Forgets waits, and makes them throw when `error` is given. */
  cancel(matches: (wait: Wait) => boolean, error: Error | null): void {
    for (const list of [this.#timers, this.#conditions]) {
      for (let i = list.length - 1; i >= 0; i--) {
        const wait = list[i]!;
        if (!matches(wait)) continue;
        list.splice(i, 1);
        if (error !== null) this.#ready.push({ wait, error });
      }
    }
    for (const item of this.#ready) if (matches(item.wait)) item.error ??= error;
    this.#plan();
  }

  stop(): void {
    this.#over = true;
  }

  /** One cycle, at once, for a test without other coroutines. */
  tick(): void {
    if (this.#timers.length + this.#conditions.length + this.#ready.length > 0) {
      throw new SimulationError('tick() cannot be used while other coroutines wait; use `await cycle()`.');
    }
    this.#checkLimit();
    this.#drive();
    this.refresh();
    this.#edge(1);
  }

  /** To be called when the engine has run cycles by itself. */
  jumped(): void {
    this.dirty = true;
    this.#driven = false;
    this.refresh();
    this.#wakeTimers();
    if (this.#ready.length > 0) this.#plan();
  }

  /** What every coroutine waits for, for messages. */
  waiting(): string[] {
    return [...this.#timers, ...this.#conditions].map(
      (wait) => `${wait.task?.name ?? 'test'}: ${wait.what()}, since cycle ${wait.began}`,
    );
  }

  #plan(): void {
    if (this.#scheduled || this.#over) return;
    this.#scheduled = true;
    process.nextTick(this.#turn);
  }

  readonly #planned = (): void => {
    this.#plan();
  };

  readonly #turn = (): void => {
    this.#scheduled = false;
    if (this.#over) return;
    try {
      if (this.#ready.length === 0) this.#advance();
      const next = this.#ready.shift();
      if (next !== undefined) {
        this.current = next.wait.task;
        if (next.error === null) next.wait.resolve();
        else next.wait.reject(next.error);
      } else if (this.#timers.length + this.#conditions.length === 0) {
        return; // the test waits for something outside of the simulation
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (performance.now() - this.#lastBreath < BREATH) {
      queueMicrotask(this.#planned); // from here, nextTick would come before promise callbacks
      return;
    }
    this.#scheduled = true;
    setImmediate(() => {
      this.#lastBreath = performance.now();
      this.#turn();
    });
  };

  /** Runs the clock until some coroutine can go on; at once when there is none. */
  #advance(): void {
    while (this.#timers.length + this.#conditions.length > 0) {
      if (++this.#turns > MOST_TURNS) {
        const waits = this.waiting().join('; ');
        throw new SimulationError(`No progress in cycle ${this.engine.cycle}: coroutines wake for ever (${waits}).`);
      }
      this.#drive();
      this.refresh();
      this.#testConditions();
      if (this.#ready.length > 0) return;
      this.#checkLimit();
      this.#edge(this.hooks.length + this.#conditions.length > 0 ? 1 : this.#cyclesToTimer());
      this.#wakeTimers();
      if (this.#ready.length > 0) return;
      if ((this.engine.cycle & 1023) === 0 && performance.now() - this.#lastBreath > BREATH * 4) break;
    }
  }

  #drive(): void {
    if (this.#driven) return;
    this.#driven = true;
    if (this.hooks.length === 0) return;
    const io = this.engine.io;
    for (const hook of this.hooks) hook.drive(io);
    this.dirty = true;
  }

  #testConditions(): void {
    const list = this.#conditions;
    const now = this.engine.cycle;
    let kept = 0;
    for (const wait of list) {
      const held = attempt(wait.test!);
      if (held !== false) this.#ready.push({ wait, error: held === true ? null : held });
      else if (now >= wait.due) this.#ready.push({ wait, error: timeout(wait, now) });
      else list[kept++] = wait;
    }
    list.length = kept;
  }

  #edge(cycles: number): void {
    const io = this.engine.io;
    for (const hook of this.hooks) hook.sample(io, this.engine.cycle);
    this.#watch.beforeEdge(cycles);
    this.engine.step(cycles);
    this.dirty = true;
    this.#driven = false;
    this.#turns = 0;
  }

  #wakeTimers(): void {
    const list = this.#timers;
    const now = this.engine.cycle;
    let kept = 0;
    for (const wait of list) {
      if (now >= wait.due) this.#ready.push({ wait, error: null });
      else list[kept++] = wait;
    }
    list.length = kept;
  }

  #cyclesToTimer(): number {
    let due = this.#limit;
    for (const wait of this.#timers) due = Math.min(due, wait.due);
    return Math.max(1, due - this.engine.cycle);
  }

  #checkLimit(): void {
    if (this.engine.cycle < this.#limit) return;
    const waits = this.waiting();
    const list = waits.length === 0 ? '' : `; waiting are\n  ${waits.join('\n  ')}`;
    throw new CycleTimeout(`The test is not over after ${this.engine.cycle} cycles (timeoutCycles)${list}`);
  }
}

/** The condition's value, or what it threw: that belongs to the coroutine which waits for it. */
function attempt(test: () => boolean): boolean | Error {
  try {
    return test();
  } catch (error) {
    return error instanceof Error ? error : new SimulationError(String(error));
  }
}

function timeout(wait: Wait, now: number): CycleTimeout {
  return new CycleTimeout(
    `${wait.what()} did not come true in ${now - wait.began} cycles (from cycle ${wait.began} to ${now}).`,
  );
}
