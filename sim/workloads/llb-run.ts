// SPDX-License-Identifier: Apache-2.0
import type { Engine, EngineEvent } from '../../src/sim/engine.ts';
import { resetEngine } from './conmerge-run.ts';
import { LlbPorts, type PortItem, type PortPair } from './llb-ports.ts';

/** What stands around a bucket memory. Everything that is random comes from `random`, numbers in [0, 1). */
export interface Surroundings {
  /** Cycles between additions, and from an addition's start to its sum; sums may overtake each other when it varies. */
  readonly interval: number;
  readonly latency: () => number;
  readonly random: () => number;
  /** Part of the cycles in which a new arrival is not offered, an issue is not taken, a drained or spilled item is not taken. */
  readonly stalls?: { readonly arrive?: number; readonly issue?: number; readonly out?: number };
  readonly pointBits: number;
  readonly maxCycles?: number;
}

/** What a run sees in a cycle, in the order in which it counts. */
export interface Watcher {
  /** At the start of every cycle, after `spill`: a pair that is offered for the first time, and the number of free nodes. */
  cycle?(fresh: PortPair | null, free: number): void;
  result?(item: PortItem): void;
  arrive?(item: PortItem): void;
  /** A bucket is offered to be spilled for the first time. */
  spill?(item: PortItem): void;
}

export interface LlbRun {
  /** From the first arrival until the last sum is in its bucket. */
  readonly cycles: number;
  readonly issued: readonly PortPair[];
  /** Most nodes that were occupied or reserved. */
  readonly peak: number;
  readonly spilled: readonly PortItem[];
  /** What was drained, in order, and the cycles it took. */
  readonly sums: readonly PortItem[];
  readonly drainCycles: number;
  readonly events: readonly EngineEvent[];
}

/** Sends items through a bucket memory with an adder beside it, waits until it is idle and drains it. Starts with a reset unless told otherwise. */
export function runBucketMemory(
  engine: Engine,
  items: readonly PortItem[],
  around: Surroundings,
  watcher: Watcher = {},
  { reset = true } = {},
): LlbRun {
  if (reset) resetEngine(engine);
  const ports = new LlbPorts(engine);
  const { stalls = {}, random, maxCycles = 10_000_000 } = around;
  const stalled = (part = 0): boolean => part > 0 && random() < part;
  const modulus = 1n << BigInt(around.pointBits);
  const issued: PortPair[] = [];
  const spilled: PortItem[] = [];
  let flight: { item: PortItem; due: number }[] = [];
  let at = 0;
  let offering: PortItem | null = null;
  let nextStart = 0;
  let first = -1;
  let end = 0;
  let peak = 0;
  let waiting = false;
  let spillWaits = false;
  engine.settle();
  // The baselines have neither nodes nor a way to spill.
  const counts = ports.has('free');
  const pool = counts ? Number(ports.get('free')) : 0;

  for (let cycle = 0; ; cycle += 1) {
    if (cycle > maxCycles) throw new Error(`not finished after ${maxCycles} cycles: ${items.length - at} items wait`);
    offering ??= at < items.length && !stalled(stalls.arrive) ? items[at]! : null;
    const returning = flight.find(({ due }) => due <= cycle);
    ports.offer('arrive', offering);
    ports.offer('result', returning?.item ?? null);
    ports.set('issue_ready', cycle >= nextStart && !stalled(stalls.issue) ? 1n : 0n);
    if (counts) ports.set('spill_ready', stalled(stalls.out) ? 0n : 1n);
    engine.settle();
    if (at === items.length && flight.length === 0 && ports.bit('idle')) break;

    const offered = ports.bit('issue_valid') ? ports.pair() : null;
    const free = counts ? Number(ports.get('free')) : 0;
    const leaving = counts && ports.bit('spill_valid') ? ports.item('spill') : null;
    if (leaving !== null && !spillWaits) watcher.spill?.(leaving);
    spillWaits = leaving !== null && !ports.bit('spill_ready');
    watcher.cycle?.(waiting ? null : offered, free);
    waiting = offered !== null && !ports.bit('issue_ready');
    if (returning !== undefined && ports.bit('result_ready')) {
      flight = flight.filter((each) => each !== returning);
      watcher.result?.(returning.item);
      end = cycle + 1;
    }
    if (offering !== null && ports.bit('arrive_ready')) {
      if (first < 0) first = cycle;
      watcher.arrive?.(offering);
      at += 1;
      offering = null;
      end = cycle + 1;
    }
    peak = Math.max(peak, pool - free);
    if (offered !== null && ports.bit('issue_ready')) {
      issued.push(offered);
      const point = (offered.x + offered.y) % modulus;
      flight.push({ item: { key: offered.key, point }, due: cycle + around.latency() });
      nextStart = cycle + around.interval;
    }
    if (leaving !== null && ports.bit('spill_ready')) spilled.push(leaving);
    engine.step();
  }
  const drained = drain(engine, ports, () => !stalled(stalls.out), maxCycles);
  return { cycles: end - Math.max(0, first), issued, peak, spilled, ...drained, events: engine.takeEvents() };
}

function drain(engine: Engine, ports: LlbPorts, ready: () => boolean, maxCycles: number) {
  const sums: PortItem[] = [];
  ports.offer('arrive', null);
  ports.set('drain', 1n);
  engine.step();
  ports.set('drain', 0n);
  for (let cycle = 0; cycle < maxCycles; cycle += 1) {
    ports.set('drained_ready', ready() ? 1n : 0n);
    engine.settle();
    if (!ports.bit('draining')) return { sums, drainCycles: cycle };
    if (ports.bit('drained_valid') && ports.bit('drained_ready')) sums.push(ports.item('drained'));
    engine.step();
  }
  throw new Error(`still draining after ${maxCycles} cycles`);
}
