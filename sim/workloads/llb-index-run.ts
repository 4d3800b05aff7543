// SPDX-License-Identifier: Apache-2.0
import type { Engine, EngineEvent, PortSlot } from '../../src/sim/engine.ts';
import { resetEngine } from './conmerge-run.ts';
import type { PortItem, PortPair } from './llb-ports.ts';
import type { Surroundings } from './llb-run.ts';

export interface IndexRun {
  /** From the first arrival until the last sum has been taken. */
  readonly cycles: number;
  /** What was added, with the bucket to which the sum belongs where it is known: `key` is the accumulator. */
  readonly issued: readonly PortPair[];
  readonly sums: readonly PortItem[];
  readonly events: readonly EngineEvent[];
}

interface Flight<T> {
  readonly what: T;
  readonly due: number;
}

/**
 * Sends the indices of items, their numbers, through block `llb_index`, with an adder beside it and a memory of points that answers after `fetchLatency` cycles;
 * then drains it.
 */
export function runIndexMemory(
  engine: Engine,
  items: readonly PortItem[],
  around: Surroundings & { readonly fetchLatency: () => number },
  { reset = true } = {},
): IndexRun {
  if (reset) resetEngine(engine);
  const slots = new Map(engine.ports.map((port) => [port.name, port]));
  const { stalls = {}, random, maxCycles = 300_000, pointBits } = around;
  const stalled = (part = 0): boolean => part > 0 && random() < part;
  const set = (name: string, value: bigint | number): void => put(engine, slots.get(name)!, BigInt(value));
  const get = (name: string): bigint => take(engine, slots.get(name)!);
  const fires = (stream: string): boolean => get(`${stream}_valid`) === 1n && get(`${stream}_ready`) === 1n;

  const issued: PortPair[] = [];
  const sums: PortItem[] = [];
  const fetching: Flight<bigint>[] = [];
  const adding: Flight<{ readonly slot: bigint; readonly point: bigint }>[] = [];
  let [at, first, nextStart, end] = [0, -1, 0, 0];
  let isOffered = false;
  let isAnswered = false;
  let state: 'arrive' | 'drain' | 'sum' = 'arrive';
  for (let cycle = 0; ; cycle += 1) {
    if (cycle > maxCycles) throw new Error(`not finished after ${maxCycles} cycles`);
    isOffered = at < items.length && (isOffered || !stalled(stalls.arrive));
    set('arrive_valid', isOffered ? 1 : 0);
    if (isOffered) {
      set('arrive_payload_key', items[at]!.key);
      set('arrive_payload_index', at);
    }
    isAnswered = fetching[0] !== undefined && (isAnswered || fetching[0].due <= cycle);
    set('fetched_valid', isAnswered ? 1 : 0);
    if (isAnswered) set('fetched_payload', fetching[0]!.what);
    const back = adding.findIndex(({ due }) => due <= cycle);
    set('result_valid', back < 0 ? 0 : 1);
    if (back >= 0) {
      const [{ what }] = adding.splice(back, 1) as [(typeof adding)[number]];
      set('result_payload_slot', what.slot);
      set('result_payload_point', what.point);
    }
    set('fetch_ready', stalled(stalls.issue) ? 0 : 1);
    set('issue_ready', cycle >= nextStart && !stalled(stalls.issue) ? 1 : 0);
    set('drained_ready', stalled(stalls.out) ? 0 : 1);
    engine.settle();
    if (state === 'arrive' && at === items.length && get('idle') === 1n) state = 'drain';
    else if (state === 'drain') state = 'sum';
    else if (state === 'sum' && get('draining') === 0n) break;
    set('drain', state === 'drain' ? 1 : 0);
    engine.settle();
    if (fires('arrive')) {
      if (first < 0) first = cycle;
      at += 1;
      isOffered = false;
    }
    if (fires('fetched')) {
      fetching.shift();
      isAnswered = false;
    }
    if (fires('fetch')) {
      fetching.push({ what: items[Number(get('fetch_payload'))]!.point, due: cycle + around.fetchLatency() });
    }
    if (fires('issue')) {
      const [slot, x, y] = [get('issue_payload_slot'), get('issue_payload_x'), get('issue_payload_y')];
      issued.push({ key: Number(slot), x, y });
      adding.push({ what: { slot, point: BigInt.asUintN(pointBits, x + y) }, due: cycle + around.latency() });
      nextStart = cycle + around.interval;
    }
    if (fires('drained')) {
      sums.push({ key: Number(get('drained_payload_key')), point: get('drained_payload_point') });
      end = cycle + 1;
    }
    engine.step();
  }
  return { cycles: end - Math.max(0, first), issued, sums, events: engine.takeEvents() };
}

function put({ io }: Engine, { offset, words }: PortSlot, value: bigint): void {
  for (let word = 0, rest = value; word < words; word += 1, rest >>= 32n)
    io[offset + word] = Number(rest & 0xffff_ffffn);
}

function take({ io }: Engine, { offset, words }: PortSlot): bigint {
  let value = 0n;
  for (let word = words - 1; word >= 0; word -= 1) value = (value << 32n) | BigInt(io[offset + word]!);
  return value;
}
