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
import { Scheduler } from './scheduler.ts';
import type { InputHandle, InputsOf, ItemGiven, ItemOf, OutputHandle, OutputsOf, Payloads } from './shapes.ts';
import { type Stall, stallPattern } from './stall.ts';
import { moveStreams, type StreamMoves, type StreamsMoved } from './streams.ts';
import { type Bench, Driver, Monitor } from './transactors.ts';
import { Triggers } from './triggers.ts';

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

/**
 * The design under test, as cocotb users know it: ports to write and read, triggers to await, coroutines to fork, drivers
 * and monitors on its streams. `S` is the interface of the block.
 */
export class Dut<S = unknown> extends Triggers {
  /** Input ports: write `.value`. */
  readonly in: InputsOf<S>;
  /** Output ports: `.value` is right for the inputs as they are now. */
  readonly out: OutputsOf<S>;
  /** Both. */
  readonly ports: InputsOf<S> & OutputsOf<S>;
  readonly random: Random;
  /** Property failures (with `onAssert: 'collect'`) and messages so far. */
  readonly events: EngineEvent[] = [];
  readonly #options: DutOptions;
  readonly #drivers = new Map<string, Driver>();
  readonly #monitors = new Map<string, Monitor>();
  readonly #checkers = new Map<string, LawChecker>();
  readonly #resets: PortSlot[];

  constructor(options: DutOptions) {
    const { engine, layout, recorder } = options;
    const watch = {
      afterSettle: (): void => undefined,
      beforeEdge: (cycles: number): void => recorder?.step(engine.io, cycles),
    };
    super(new Scheduler(engine, options.timeoutCycles, options.fail, watch), options.fail);
    watch.afterSettle = (): void => this.#collect();
    this.#options = options;
    this.random = options.random;
    const handles = Object.fromEntries(
      layout.ports.map((slot) => [
        slot.name,
        slot.direction === 'input' ? new InputPort(slot, this.scheduler) : new OutputPort(slot, this.scheduler),
      ]),
    );
    const only = (direction: string): Record<string, Port> =>
      Object.fromEntries(Object.entries(handles).filter(([, port]) => port.slot.direction === direction));
    this.in = named('input', only('input')) as unknown as InputsOf<S>;
    this.out = named('output', only('output')) as unknown as OutputsOf<S>;
    this.ports = named('port', handles) as unknown as InputsOf<S> & OutputsOf<S>;
    const resets = new Set(layout.domains.map((domain) => domain.reset));
    this.#resets = layout.ports.filter((port) => resets.has(port.name));
    if (!options.checkStreams) return;
    for (const stream of layout.streams) if (stream.direction === 'source') this.check(stream.name as never);
  }

  /** An input by a computed name, `dut.input(`lane_${i}`)`. */
  input(name: string): InputHandle<unknown> {
    return (this.in as Record<string, InputHandle<unknown>>)[name]!;
  }

  /** An output by a computed name. */
  output(name: string): OutputHandle<unknown> {
    return (this.out as Record<string, OutputHandle<unknown>>)[name]!;
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
    return this.#transactor(this.#drivers, name, 'driver', Driver, options.stall);
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
    this.scheduler.hooks.push(checker);
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
    this.scheduler.jumped();
    return result as StreamsMoved<S, M>;
  }

  /** Some reset is active. */
  get inReset(): boolean {
    const io = this.engine.io;
    return this.#resets.some((port) => io[port.offset] !== 0);
  }

  /** Ends the clock; events of the last cycle are still taken. */
  finish(): void {
    this.scheduler.dirty = true;
    this.scheduler.refresh();
    this.scheduler.stop();
  }

  /** Ends the clock at once. */
  abandon(): void {
    this.scheduler.stop();
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
    this.scheduler.hooks.push(made);
    return made;
  }

  readonly #bench: Bench = {
    waitFor: (what, test, timeout = Infinity) => this.wait(test, this.now + timeout, () => what),
    inReset: () => this.inReset,
    io: () => this.engine.io,
    changed: () => {
      this.scheduler.dirty = true;
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
    this.scheduler.dirty = true;
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
