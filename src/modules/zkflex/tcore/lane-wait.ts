// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, memory, type ModuleBuilder, type Signal, UInt } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { laneBits, productLatency } from '../tcore.params.ts';
import type { LaneParams, LanePorts } from './lane-ports.ts';

/** Words of the memory in which T waits: one comes every three cycles and stays for 2 LP. */
const waitingWords = (p: LaneParams): number => (2 * productLatency(p) + 1) / 3;

/** Writes T's upper part when the bank gives it (phase 1) and has it there again with U, 2 LP cycles later (phase 0). */
export function waitForU(
  m: ModuleBuilder,
  p: LaneParams,
  io: LanePorts,
  T: { readonly upper: Signal; readonly rest: Signal },
) {
  const depth = waitingWords(p);
  const type = Bundle({ upper: UInt(T.upper.width), rest: Bool });
  const { waiting } = m.mems({
    waiting: memory(type, depth, { style: 'distributed', comment: 'T >> n and T mod R != 0' }),
  });
  const { place } = m.regs({ place: UInt(clog2(depth)).init(0) });
  m.when(io.phase.eq(1), () => {
    waiting.write(place, T);
    place.next(place.eq(depth - 1).mux(0, place.addWrap(1)));
  });
  // The next place to be written holds the oldest word.
  return waiting.read('oldest', place, { enable: io.phase.eq(2) });
}

/** T mod R at the time of U: only the assertions want it. */
export function keptLow(m: ModuleBuilder, p: LaneParams, io: LanePorts): Signal {
  const bits = laneBits(p, p.lane);
  let last: Signal = io.bank.x.trunc(bits);
  for (let k = 1; k <= waitingWords(p); k++) {
    const name = `low_${k}`;
    const reg = m.regs({ [name]: UInt(bits) })[name]!;
    const value = last;
    m.when(io.phase.eq(1), () => reg.next(value));
    last = reg;
  }
  return last;
}
