// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  Bundle,
  input,
  memory,
  type ModuleBuilder,
  output,
  type Signal,
  sink,
  type SinkStream,
  source,
  type SourceStream,
  UInt,
  type Wire,
} from '../../../dsl/index.ts';
import { allOf, anyOf, numbered } from '../../lib/stream-lists.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { chooseBank } from './bank-choice.ts';
import { freeStack } from './free-stack.ts';
import { llbKeyBits, LlbParams, type LlbParams as Params } from './llb.params.ts';

type Bit = Signal<typeof Bool>;

/** Banks of the node memory: with four, a node nearly always finds one that neither its partner nor the other new node uses. */
export const bankCount = ({ pool }: Pick<Params, 'pool'>): number => (pool >= 4 ? 4 : 2);

/** Nodes of a bank: node n lies in bank n mod banks. */
export const bankNodes = (p: Pick<Params, 'pool'>, bank: number): number => Math.ceil((p.pool - bank) / bankCount(p));

/** Bits of a node number: its place in its bank, above the number of the bank. */
export const nodeBits = (p: Pick<Params, 'pool'>): number => clog2(bankNodes(p, 0)) + clog2(bankCount(p));

/** Nodes to be read: both of a pair, or `x` alone. */
export const fetchType = (p: Params) =>
  Bundle({ key: UInt(llbKeyBits(p)), x: UInt(nodeBits(p)), y: UInt(nodeBits(p)), single: Bool });

/** What was read; `y` means nothing when `x` was read alone. */
export const pointsType = (p: Params) =>
  Bundle({ key: UInt(llbKeyBits(p)), x: UInt(p.pointBits), y: UInt(p.pointBits) });

/**
 * The node memory of LLB and its free lists: two points in and two points out in every cycle. A bank has one write and one read port.
 *
 * - `place_i`: a point takes a free node, whose number is there in the same cycle. `beside` is the node of its partner: its bank is avoided. There must be a free node, and for two
 *   points in one cycle free nodes in two banks: `spread` promises these for the next cycle, whatever happens in this one.
 * - `fetch`: nodes become free as they are read, and the points come out of `points` one cycle later. Nodes of one bank take a cycle more; taken with the last read.
 * - `direct`: only while `open`, when nothing waits on `fetch`: a pair of the point `x`, which has no node, and of node `y`, in one cycle like any other.
 * - `count`: free nodes. `ready`: the free lists are there, pool / 4 cycles after reset.
 */
export const nodeBanks = block(
  'node_banks',
  LlbParams,
  (m, p) => {
    const node = UInt(nodeBits(p));
    const point = UInt(p.pointBits);
    const io = m.ports({
      place: numbered(2, () => ({ valid: input(Bool), beside: input(node), point: input(point), node: output(node) })),
      fetch: sink(fetchType(p)),
      direct: {
        open: output(Bool),
        valid: input(Bool),
        key: input(UInt(llbKeyBits(p))),
        x: input(point),
        y: input(node),
      },
      points: source(pointsType(p)),
      spread: output(Bool),
      count: output(UInt(bitsFor(p.pool))),
      ready: output(Bool),
    });
    const banks = Array.from({ length: bankCount(p) }, (_, b) => makeBank(m, p, b));
    io.ready.assign(allOf(banks.map(({ list }) => list.ready)));
    io.count.assign(banks.map(({ list }) => list.count.resize(io.count.width)).reduce((a, b) => a.addWrap(b)));
    const spare = banks.map(({ list }) => list.several);
    io.spread.assign(anyOf(spare.flatMap((a, i) => spare.slice(i + 1).map((b) => a.and(b)))));

    describePlaces(m, banks, Object.values(io.place));
    describeFetch(m, p, banks, io.fetch, io.direct, io.points);
    return io;
  },
  { doc: 'Banked node memory with free lists: two points in, two points out a cycle.' },
);

/** One bank before anybody uses it. */
function makeBank(m: ModuleBuilder, p: Params, bank: number) {
  const nodes = bankNodes(p, bank);
  const { [`list_${bank}`]: list } = m.instances({ [`list_${bank}`]: freeStack({ nodes }) });
  const { [`points_${bank}`]: words } = m.mems({ [`points_${bank}`]: memory(UInt(p.pointBits), nodes) });
  return { bank, list: list!, words: words!, placeBits: clog2(nodes) };
}

type Bank = ReturnType<typeof makeBank>;

interface Place {
  readonly valid: Bit;
  readonly beside: Signal;
  readonly point: Signal;
  readonly node: Wire;
}

function describePlaces(m: ModuleBuilder, banks: readonly Bank[], places: readonly Place[]): void {
  const [first, second] = places as [Place, Place];
  const width = clog2(banks.length);
  const free = banks.map(({ list }) => list.any);
  const { turn } = m.regs({ turn: UInt(width).init(0) });
  turn.next(turn.addWrap(1));
  const { bank_0 } = m.nets({ bank_0: chooseBank(free, turn, [first.beside.low(width)]) });
  // Where there is no first point, what it says about banks must not matter.
  const { taken } = m.nets({ taken: bank_0.and(first.valid.replicate(width)) });
  const { bank_1 } = m.nets({ bank_1: chooseBank(free, turn, [taken, second.beside.low(width)]) });
  const tops = banks.map(({ list }) => list.top.resize(banks[0]!.placeBits));
  first.node.assign(bank_0.pick(tops).concat(bank_0));
  second.node.assign(bank_1.pick(tops).concat(bank_1));
  for (const { bank, list, words } of banks) {
    const { [`first_in_${bank}`]: here, [`second_in_${bank}`]: there } = m.nets({
      [`first_in_${bank}`]: first.valid.and(bank_0.eq(bank)),
      [`second_in_${bank}`]: second.valid.and(bank_1.eq(bank)),
    });
    const take = here!.or(there!);
    list.take.assign(take);
    words.write(list.top, here!.mux(first.point, second.point), { enable: take });
    m.assert(`one_point_into_${bank}`, here!.and(there!).not(), 'two points in one cycle go to one bank');
  }
}

type Fetch = SinkStream<ReturnType<typeof fetchType>>;

interface Direct {
  readonly open: Wire;
  readonly valid: Bit;
  readonly key: Signal;
  readonly x: Signal;
  readonly y: Signal;
}

type Points = SourceStream<ReturnType<typeof pointsType>>;

function describeFetch(
  m: ModuleBuilder,
  p: Params,
  banks: readonly Bank[],
  fetch: Fetch,
  direct: Direct,
  out: Points,
): void {
  const width = clog2(banks.length);
  const { key, x, single } = fetch.payload;
  const { offered, half } = m.regs({ offered: Bool.init(0), half: Bool.init(0) });
  const { x_bank, y_bank, kept_key } = m.regs({ x_bank: UInt(width), y_bank: UInt(width), kept_key: key.type });
  const { held, held_x } = m.regs({ held: Bool, held_x: UInt(p.pointBits) });

  const { clash, advance } = m.nets({
    clash: single.not().and(x.low(width).eq(fetch.payload.y.low(width))),
    advance: offered.not().or(out.ready),
  });
  direct.open.assign(advance.and(fetch.valid.not()));
  fetch.ready.assign(advance.and(half.or(clash.not())));
  const { go, y } = m.nets({
    go: fetch.valid.and(advance),
    y: direct.valid.mux(direct.y, fetch.payload.y),
  });
  const { read_x, read_y } = m.nets({
    read_x: go.and(half.not()),
    read_y: direct.valid.or(go.and(single.not()).and(half.or(clash.not()))),
  });
  const { word_x } = m.wires({ word_x: held_x.type });
  m.when(go, () => half.next(clash.and(half.not())));
  m.when(advance, () => offered.next(fetch.fire.or(direct.valid)));
  m.when(read_x, () => x_bank.next(x.low(width)));
  m.when(read_y, () => y_bank.next(y.low(width)));
  m.when(half, () => held_x.next(word_x));
  m.when(fetch.fire, () => {
    kept_key.next(key);
    held.next(half);
  });
  m.when(direct.valid, () => {
    kept_key.next(direct.key);
    held.next(1);
    held_x.next(direct.x);
  });

  const words = banks.map(({ bank, list, words: memory, placeBits }) => {
    const { [`x_in_${bank}`]: here, [`y_in_${bank}`]: there } = m.nets({
      [`x_in_${bank}`]: read_x.and(x.low(width).eq(bank)),
      [`y_in_${bank}`]: read_y.and(y.low(width).eq(bank)),
    });
    const place = (node: Signal): Signal => node.high(node.width - width).low(placeBits);
    const address = here!.mux(place(x), place(y));
    list.give.assign(here!.or(there!));
    list.node.assign(address);
    return memory.read('word', address, { enable: here!.or(there!) });
  });
  word_x.assign(x_bank.pick(words));
  out.offer(offered, { key: kept_key, x: held.mux(held_x, word_x), y: y_bank.pick(words) });
}
