// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, SInt, sink, source, UInt } from '../../src/dsl/index.ts';

const PeakParams = z.strictObject({
  width: z.int().min(1).max(64).describe('bits a sample'),
  window: z.int().min(1).max(1024).describe('samples a result'),
});

/** The largest of every `window` signed samples. One sample a cycle; a result one cycle after its last sample. */
export const peak = block('peak', PeakParams, (m, p) => {
  const sample = SInt(p.width);
  const io = m.ports({
    in: sink(sample, 'samples'),
    out: source(sample, 'largest sample of each window'),
  });

  const countWidth = Math.max(1, Math.ceil(Math.log2(p.window)));
  const { count, best, full } = m.regs({ count: UInt(countWidth).init(0), best: sample, full: Bool.init(0) });
  const { last, larger } = m.nets({
    last: count.eq(p.window - 1),
    larger: io.in.payload.gt(best).or(count.eq(0)),
  });

  // A finished result may leave in the cycle in which the next window begins.
  io.in.ready.assign(full.not().or(io.out.ready));
  io.out.offer(full, best);

  m.when(io.out.fire, () => full.next(0));
  m.when(io.in.fire, () => {
    count.next(last.mux(0, count.addWrap(1)));
    m.when(larger, () => best.next(io.in.payload));
    m.when(last, () => full.next(1));
  });

  m.assert('count_in_window', count.le(p.window - 1), 'the count stays inside the window');
  return io;
});
