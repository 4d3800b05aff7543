// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  Bundle,
  type BundleView,
  memory,
  type ModuleBuilder,
  type Signal,
  sink,
  source,
  type SourceStream,
  UInt,
  type UIntType,
} from '../../dsl/index.ts';
import { roundRobin } from './round-robin.ts';
import { assertStable } from './stream-laws.ts';
import { anyOf, numbered, oneHotIndex } from './stream-lists.ts';
import { clog2 } from './widths.ts';

export const BankedMemoryParams = z
  .strictObject({
    width: z.int().min(1).describe('Bits of a word'),
    depth: z.int().min(1).describe('Words of a bank'),
    banks: z.int().min(1).describe('Banks, a power of two; the low address bits number them'),
    ports: z.int().min(1).describe('Ports, each with one access a cycle'),
    granule: z.int().min(0).default(0).describe('Bits of a write-enable lane, a divisor of the width; 0: whole words'),
    style: z.enum(['auto', 'block', 'distributed', 'registers']).default('auto').describe('What the banks are made of'),
  })
  .superRefine((p, ctx) => {
    if (2 ** clog2(p.banks) !== p.banks) {
      ctx.addIssue({ code: 'custom', path: ['banks'], message: `${p.banks} is not a power of two` });
    }
    if (p.granule > 0 && p.width % p.granule !== 0) {
      ctx.addIssue({ code: 'custom', path: ['granule'], message: `${p.granule} does not divide ${p.width}` });
    }
  });

type Params = z.output<typeof BankedMemoryParams>;
type Bit = Signal<typeof Bool>;

/**
 * Memory of `banks` single-port banks behind `ports` ports. Address: {row, bank}. In each cycle every bank serves one of the
 * ports that want it, round robin; the others stall, so ports that keep to different banks never wait.
 *
 * - `request_i`: a write is done when it is taken. A read is answered on `response_i` after 1 cycle; answers keep their order.
 * - An access sees every access of its port that was taken before it, and every write of another port taken in an earlier cycle.
 * - `mask`: one bit a granule; 0 bits wide when whole words are written.
 * - Responses may stall: a word that is not taken is kept aside, and further reads of that port wait. `request_i.ready` depends
 *   combinationally on all request valids and on `response_i.ready`; responses come from registers and bank outputs.
 * - A row beyond `depth` (a depth that is no power of two) is an error of the surroundings (assumed).
 *
 * Throughput: up to min(ports, banks) accesses a cycle. One port, one bank: a plain memory with stalls.
 */
export const bankedMemory = block(
  'banked_memory',
  BankedMemoryParams,
  (m, p) => {
    const bankBits = clog2(p.banks);
    const request = Bundle({
      write: Bool,
      address: UInt(clog2(p.depth) + bankBits),
      data: UInt(p.width),
      mask: UInt(p.granule === 0 ? 0 : p.width / p.granule),
    });
    const io = m.ports({
      request: numbered(p.ports, () => sink(request)),
      response: numbered(p.ports, () => source(UInt(p.width))),
    });
    const requests = Object.values(io.request);
    const responses = Object.values(io.response);
    const answers = responses.map((response, i) => answerOf(m, p, i, response));

    const eligible = requests.map(({ valid, payload }, i) => {
      const name = `request_${i}_eligible`;
      return m.nets({ [name]: valid.and(payload.write.or(answers[i]!.room)) })[name]!;
    });
    const banks = Array.from({ length: p.banks }, (_, b) => {
      const wanting = requests.map(({ payload }, i) => eligible[i]!.and(payload.address.low(bankBits).eq(b)));
      const arbiter = roundRobin(m, `bank_${b}`, wanting);
      arbiter.update(arbiter.any, null);
      const payloads = requests.map((each) => each.payload);
      return { grants: arbiter.grants, word: bankOf(m, p, b, arbiter.grants, arbiter.any, payloads) };
    });
    requests.forEach(({ valid, payload, ready }, i) => {
      ready.assign(anyOf(banks.map((bank) => bank.grants[i]!)));
      if (2 ** clog2(p.depth) !== p.depth) {
        const row = payload.address.high(clog2(p.depth));
        m.assume(`request_${i}_row_exists`, valid.not().or(row.lt(p.depth)), 'there is no such row');
      }
      answers[i]!.connect(
        requests[i]!.fire.and(payload.write.not()),
        payload.address.low(bankBits),
        banks.map((bank) => bank.word),
      );
    });
    return io;
  },
  { doc: 'Banked memory: several ports, banks chosen by the low address bits, conflicts stall.' },
);

type Access = BundleView<{
  readonly write: typeof Bool;
  readonly address: UIntType;
  readonly data: UIntType;
  readonly mask: UIntType;
}>;

/** One bank with the access of its owner; gives its read word. */
function bankOf(
  m: ModuleBuilder,
  p: Params,
  bank: number,
  grants: readonly Bit[],
  any: Bit,
  accesses: readonly Access[],
): Signal {
  const rowBits = clog2(p.depth);
  const ownerName = `bank_${bank}_owner`;
  const { [ownerName]: owner } = m.nets({ [ownerName]: oneHotIndex(grants, clog2(p.ports)) });
  const chosen = (field: 'write' | 'address' | 'data' | 'mask'): Signal => {
    const name = `bank_${bank}_${field}`;
    const values = accesses.map((access): Signal =>
      field === 'address' ? access.address.high(rowBits) : access[field],
    );
    return m.nets({ [name]: owner!.pick(values) })[name]!;
  };
  const spec = memory(UInt(p.width), p.depth, { style: p.style, ...(p.granule > 0 && { granule: p.granule }) });
  const { [`bank_${bank}`]: words } = m.mems({ [`bank_${bank}`]: spec });
  return words!.port('word', {
    enable: any,
    write: chosen('write') as Bit,
    address: chosen('address'),
    data: chosen('data'),
    ...(p.granule > 0 && { mask: chosen('mask') }),
  });
}

/** The answering side of a port: the word that a bank gives in the cycle after the read, or the one that was kept aside. */
function answerOf(m: ModuleBuilder, p: Params, port: number, response: SourceStream<UIntType>) {
  const name = `response_${port}`;
  const { [`${name}_fresh`]: fresh, [`${name}_kept`]: kept } = m.regs({
    [`${name}_fresh`]: Bool.init(0),
    [`${name}_kept`]: Bool.init(0),
  });
  const { [`${name}_bank`]: bank, [`${name}_word`]: word } = m.regs({
    [`${name}_bank`]: UInt(clog2(p.banks)),
    [`${name}_word`]: UInt(p.width),
  });
  const valid = fresh!.or(kept!);
  return {
    /** A read that is taken now finds its answer slot free in the next cycle. */
    room: response.ready.or(valid.not()),
    connect(read: Bit, at: Signal, words: readonly Signal[]): void {
      const payload = kept!.mux(word!, at.width === 0 ? words[0]! : bank!.pick(words));
      response.offer(valid, payload);
      fresh!.next(read);
      bank!.next(at);
      kept!.next(response.stalled);
      word!.next(payload);
      assertStable(m, name, response);
      m.assert(`${name}_one_answer_at_a_time`, fresh!.and(kept!).not());
    },
  };
}
