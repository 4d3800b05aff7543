// SPDX-License-Identifier: Apache-2.0
import type { Engine, StreamPlan } from '../../src/sim/engine.ts';
import type { IoLayout } from '../../src/sim/layout.ts';
import { streamOf } from '../protocol/plan.ts';
import { PropertyError, SimulationError } from './errors.ts';
import { ItemCodec, type PortPaths } from './items.ts';
import type { Random } from './random.ts';
import type { ItemGiven, ItemOf, Payloads } from './shapes.ts';
import { type Stall, stallPattern } from './stall.ts';

/** Whole streams to move inside the engine: what goes in, and how many items come out. */
export interface StreamMoves<S = unknown> {
  readonly drive?: {
    readonly [N in keyof Payloads<S, 'sink'>]?:
      | readonly ItemGiven<Payloads<S, 'sink'>[N]>[]
      | { readonly items: readonly ItemGiven<Payloads<S, 'sink'>[N]>[]; readonly stall?: Stall }
      | { readonly words: Uint32Array; readonly stall?: Stall };
  };
  /** Items to wait for, by stream. `raw` leaves them as words. */
  readonly collect?: {
    readonly [N in keyof Payloads<S, 'source'>]?: number | { readonly count: number; readonly stall?: Stall };
  };
  /** Cycles after which it is an error that streams are not done; 1,000,000 by default. */
  readonly maxCycles?: number;
  /** Cycles to go on afterwards, to catch items too many. */
  readonly drain?: number;
  /** Stall for every stream that has none of its own. */
  readonly stall?: Stall;
  /** Do not unpack what is received: `words` only. */
  readonly raw?: boolean;
}

export interface StreamsMoved<S = unknown, M extends StreamMoves<S> = StreamMoves<S>> {
  readonly cycles: number;
  readonly received: {
    readonly [N in keyof M['collect'] & keyof Payloads<S, 'source'>]: Collected<ItemOf<Payloads<S, 'source'>[N]>>;
  };
}

export interface Collected<T> {
  /** Empty with `raw`. */
  readonly items: T[];
  readonly words: Uint32Array;
  /** Cycle of each transfer, from the start of the run. */
  readonly at: Uint32Array;
}

/** Runs the moves as one stream plan; an error tells which stream is short of what. */
export function moveStreams(
  engine: Engine,
  layout: IoLayout,
  paths: PortPaths,
  random: Random,
  moves: StreamMoves,
  planned: (plan: StreamPlan) => void = () => undefined,
): { readonly cycles: number; readonly received: Readonly<Record<string, Collected<unknown>>> } {
  const drivers = Object.entries(moves.drive ?? {}).map(([name, given]) => {
    const slot = streamOf(layout, name, 'driver');
    const drive = (Array.isArray(given) ? { items: given } : given) as {
      items?: unknown[];
      words?: Uint32Array;
      stall?: Stall;
    };
    const items = drive.words ?? new ItemCodec(slot, paths).packAll(drive.items ?? []);
    const count = slot.words === 0 ? (drive.items?.length ?? 0) : items.length / slot.words;
    const stall = stallPattern(drive.stall ?? moves.stall, random.fork(`driver ${name}`));
    return { stream: name, items, count, stall };
  });
  const monitors = Object.entries(moves.collect ?? {}).map(([name, given]) => {
    const { count, stall } = (typeof given === 'number' ? { count: given } : given) as { count: number; stall?: Stall };
    return { stream: name, count, stall: stallPattern(stall ?? moves.stall, random.fork(`monitor ${name}`)) };
  });
  const plan = { drivers, monitors, maxCycles: moves.maxCycles ?? 1_000_000, drain: moves.drain ?? 0 };
  planned(plan);
  const result = engine.runStreams(plan);
  const events = engine.takeEvents().filter((event) => event.kind !== 'message');
  if (events.length > 0) throw new PropertyError(events);
  if (!result.complete) {
    const sent = drivers.map((driver, i) => `${driver.stream} took ${result.sent[i]} of ${driver.count}`);
    const got = monitors.map((monitor, i) => `${monitor.stream} gave ${result.received[i]!.count} of ${monitor.count}`);
    throw new SimulationError(
      `The streams are not done after ${result.cycles} cycles: ${[...sent, ...got].join(', ')}.`,
    );
  }
  const received = monitors.map(({ stream }, i) => {
    const { items, count, at } = result.received[i]!;
    const codec = new ItemCodec(streamOf(layout, stream, 'monitor'), paths);
    return [stream, { items: moves.raw === true ? [] : codec.unpackAll(items, count), words: items, at }] as const;
  });
  return { cycles: result.cycles, received: Object.fromEntries(received) };
}
