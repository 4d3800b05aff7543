// SPDX-License-Identifier: Apache-2.0
import type { Engine, EngineEvent, PortSlot, StreamSlot } from '../../src/sim/engine.ts';
import type { IoLayout } from '../../src/sim/layout.ts';
import { streamOf } from '../protocol/plan.ts';
import { PropertyError, SimulationError } from './errors.ts';
import { ItemCodec, type PortPaths } from './items.ts';
import { LawChecker } from './laws.ts';
import { InputPort, named, OutputPort, type Port } from './ports.ts';
import type { Random } from './random.ts';
import type { Recorder } from './recorder.ts';
import { Scheduler, type Wait } from './scheduler.ts';
import type { AnyPort, InputsOf, ItemGiven, ItemOf, OutputsOf, Payloads } from './shapes.ts';
import { type Stall, stallPattern } from './stall.ts';
import { moveStreams, type StreamMoves, type StreamsMoved } from './streams.ts';
import { Task } from './task.ts';
import { type Bench, Driver, Monitor } from './transactors.ts';

export interface DutOptions {
  readonly engine: Engine;
  readonly layout: IoLayout;
  readonly paths: PortPaths;
  readonly random: Random;
  readonly timeoutCycles: number;
  readonly recorder: Recorder | null;
  readonly checkStreams: boolean;
  readonly onAssert: 'fail' | 'collect';
  readonly log: (text: string) => void;
  readonly fail: (error: unknown) => void;
}

const WAIT = Symbol('kiln.wait');

/** A promise of the scheduler; `first` forgets those that did not win. */
export interface Trigger extends Promise<void> {
  [WAIT]?: Wait;
}

/**
 * The design under test, as cocotb users know it: ports to write and read, triggers to await, coroutines to fork, drivers
 * and monitors on its streams. `S` is the interface of the block.
 */
export class Dut<S = unknown> {
  /** Input ports: write `.value`. */
  readonly in: InputsOf<S>;
  /** Output ports: `.value` is right for the inputs as they are now. */
  readonly out: OutputsOf<S>;
  /** Both. */
  readonly ports: InputsOf<S> & OutputsOf<S>;
  readonly random: Random;
  /** Property failures (with `onAssert: 'collect'`) and messages so far. */
  readonly events: EngineEvent[] = [];
  readonly engine: Engine;
  readonly #options: DutOptions;
  readonly #scheduler: Scheduler;
  readonly #drivers = new Map<string, Driver>();
  readonly #monitors = new Map<string, Monitor>();
  readonly #checkers = new Map<string, LawChecker>();
  readonly #resets: PortSlot[];
  #tasks = 0;

  constructor(options: DutOptions) {
    const { engine, layout, recorder } = options;
    this.#options = options;
    this.engine = engine;
    this.random = options.random;
    this.#scheduler = new Scheduler(engine, options.timeoutCycles, options.fail, {
      afterSettle: () => this.#collect(),
      beforeEdge: (cycles) => recorder?.step(engine.io, cycles),
    });
    const handles = Object.fromEntries(
      layout.ports.map((slot) => [
        slot.name,
        slot.direction === 'input' ? new InputPort(slot, this.#scheduler) : new OutputPort(slot, this.#scheduler),
      ]),
    );
    const only = (direction: string): Record<string, Port> =>
      Object.fromEntries(Object.entries(handles).filter(([, port]) => port.slot.direction === direction));
    this.in = named('input', only('input')) as InputsOf<S>;
    this.out = named('output', only('output')) as OutputsOf<S>;
    this.ports = named('port', handles) as unknown as InputsOf<S> & OutputsOf<S>;
    const resets = new Set(layout.domains.map((domain) => domain.reset));
    this.#resets = layout.ports.filter((port) => resets.has(port.name));
    if (!options.checkStreams) return;
    for (const stream of layout.streams) if (stream.direction === 'source') this.check(stream.name as never);
  }

  /** Cycles of the first clock so far. */
  get now(): number {
    return this.engine.cycle;
  }

  /** Waits `cycles` clock edges and goes on after the last of them. */
  cycle(cycles = 1): Trigger {
    if (!(cycles >= 1)) throw new RangeError(`A wait takes 1 cycle or more, not ${cycles}.`);
    return this.#wait(null, this.now + cycles, () => `${cycles} cycles`);
  }

  /** One cycle without `await`: faster, for a test whose other coroutines, if any, are all done. */
  tick(cycles = 1): void {
    for (let i = 0; i < cycles; i++) this.#scheduler.tick();
  }

  /**
   * Waits for the first cycle, this one included, in which the condition holds once everything has settled, and goes on in that
   * cycle before its clock edge.
   */
  until(condition: () => boolean, options: { timeout?: number; what?: string } = {}): Trigger {
    const what = (): string => options.what ?? `until(${condition.toString().replace(/\s+/g, ' ').slice(0, 120)})`;
    return this.#wait(condition, this.now + (options.timeout ?? Infinity), what);
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
    const scheduler = this.#scheduler;
    const caller = scheduler.current;
    const task = new Task<T>(
      name,
      (self) => {
        scheduler.current = self as Task;
        return body();
      },
      {
        cancel: (self, error) => scheduler.cancel((wait) => wait.task === self, error),
        whenDone: (self) =>
          this.#wait(
            () => self.done,
            Infinity,
            () => `the end of ${self.name}`,
          ),
        failed: this.#options.fail,
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
      this.#scheduler.cancel((wait) => waits.has(wait), null);
    }
  }

  /** Holds every reset for `cycles` clock edges. The other inputs stay as they are. */
  async reset(cycles = 2): Promise<void> {
    this.#setResets(1);
    await this.cycle(cycles);
    this.#setResets(0);
  }

  /** A driver for a sink stream. There is one a stream; asking again with a stall changes that. */
  driver<N extends keyof Payloads<S, 'sink'> & string>(
    name: N,
    options: { stall?: Stall } = {},
  ): Driver<ItemGiven<Payloads<S, 'sink'>[N]>> {
    return this.#transactor(this.#drivers, name, 'driver', Driver, options.stall) as never;
  }

  /** A monitor for a source stream, as `driver`. */
  monitor<N extends keyof Payloads<S, 'source'> & string>(
    name: N,
    options: { stall?: Stall } = {},
  ): Monitor<ItemOf<Payloads<S, 'source'>[N]>> {
    return this.#transactor(this.#monitors, name, 'monitor', Monitor, options.stall) as never;
  }

  /** Checks the handshake laws of a stream from now on; the source streams of a design are checked anyway. */
  check(name: keyof (Payloads<S, 'sink'> & Payloads<S, 'source'>) & string): void {
    if (this.#checkers.has(name)) return;
    const stream = this.#stream(name);
    const checker = new LawChecker(stream, this.#codec(stream), () => this.inReset);
    this.#checkers.set(name, checker);
    this.#scheduler.hooks.push(checker);
  }

  /** Moves whole streams inside the engine, at its full speed: see `StreamMoves`. */
  move<const M extends StreamMoves<S>>(moves: M): StreamsMoved<S, M> {
    const active = [...this.#drivers.values(), ...this.#monitors.values()].map(({ stream }) => stream.name);
    const clash = [...Object.keys(moves.drive ?? {}), ...Object.keys(moves.collect ?? {})].find((n) =>
      active.includes(n),
    );
    if (clash !== undefined) throw new SimulationError(`Stream ${clash} has a driver or monitor already.`);
    const result = moveStreams(this.engine, this.#options.layout, this.#options.paths, this.random, moves, (plan) => {
      this.#options.recorder?.streams(this.engine.io, plan);
    });
    for (const checker of this.#checkers.values()) checker.forget();
    this.#scheduler.jumped();
    return result as StreamsMoved<S, M>;
  }

  /** Some reset is active. */
  get inReset(): boolean {
    const io = this.engine.io;
    return this.#resets.some((port) => io[port.offset] !== 0);
  }

  /** Ends the clock; events of the last cycle are still taken. */
  finish(): void {
    this.#scheduler.dirty = true;
    this.#scheduler.refresh();
    this.#scheduler.stop();
  }

  /** Ends the clock at once. */
  abandon(): void {
    this.#scheduler.stop();
  }

  #wait(test: (() => boolean) | null, due: number, what: () => string): Trigger {
    const scheduler = this.#scheduler;
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
    return this.#wait(test, this.now + (options.timeout ?? Infinity), () => what);
  }

  #transactor<T extends Driver | Monitor>(
    known: Map<string, T>,
    name: string,
    role: 'driver' | 'monitor',
    make: new (...parameters: ConstructorParameters<typeof Driver>) => T,
    stall: Stall | undefined,
  ): T {
    const pattern = stallPattern(stall, this.random.fork(`${role} ${name}`));
    const present = known.get(name);
    if (present !== undefined) {
      if (stall !== undefined) present.stall(pattern);
      return present;
    }
    const stream = streamOf(this.#options.layout, name, role);
    const made = new make(stream, this.#codec(stream), pattern, this.#bench);
    known.set(name, made);
    this.#scheduler.hooks.push(made);
    return made;
  }

  readonly #bench: Bench = {
    waitFor: (what, test, timeout = Infinity) => this.#wait(test, this.now + timeout, () => what),
    inReset: () => this.inReset,
    io: () => this.engine.io,
    changed: () => {
      this.#scheduler.dirty = true;
    },
  };

  #stream(name: string): StreamSlot {
    const { streams } = this.#options.layout;
    const stream = streams.find((slot) => slot.name === name);
    return stream ?? streamOf(this.#options.layout, name, 'monitor');
  }

  #codec(stream: StreamSlot): ItemCodec {
    return new ItemCodec(stream, this.#options.paths);
  }

  #setResets(value: 0 | 1): void {
    for (const port of this.#resets) this.engine.io[port.offset] = value;
    this.#scheduler.dirty = true;
  }

  #collect(): void {
    const events = this.engine.takeEvents();
    if (events.length === 0) return;
    for (const event of events) if (event.kind === 'message') this.#options.log(event.text);
    this.events.push(...events);
    const failures = events.filter((event) => event.kind !== 'message');
    if (failures.length > 0 && this.#options.onAssert === 'fail') throw new PropertyError(failures);
  }
}
