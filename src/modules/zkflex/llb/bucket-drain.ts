// SPDX-License-Identifier: Apache-2.0
import {
  Bool,
  type ModuleBuilder,
  type Ports,
  type Reg,
  type Signal,
  UInt,
  type UIntType,
} from '../../../dsl/index.ts';
import { assertStable } from '../../lib/stream-laws.ts';
import { type BucketParams, llbKeyBits } from './llb.params.ts';
import type { bucketPorts } from './llb.types.ts';

type Bit = Signal<UIntType<1>>;

/** Bit `at` of a word. */
export const bitAt = (word: Signal, at: Signal): Bit => word.shr(at).bit(0);

/** A word of `width` bits with bit `at` set where `enable` is. */
export const bitMask = (enable: Bit, at: Signal, width: number): Signal => enable.resize(width).shl(at);

/** Walks through the buckets of a baseline, one a cycle, and gives out those whose bit in `full` is set; `read` gives the point of bucket `scan`. */
export function describeBucketDrain(
  m: ModuleBuilder,
  p: BucketParams,
  io: Ports<ReturnType<typeof bucketPorts>>,
  full: Reg<UIntType>,
): { readonly scan: Signal; connect(point: Signal): void } {
  const { walking, offered } = m.regs({ walking: Bool.init(0), offered: Bool.init(0) });
  const { scan } = m.regs({ scan: UInt(llbKeyBits(p)).init(0) });
  const { kept_key, kept_point } = m.regs({ kept_key: scan.type, kept_point: UInt(p.pointBits) });
  io.draining.assign(walking.or(offered));
  return {
    scan,
    connect(point) {
      const { moves } = m.nets({ moves: offered.not().or(io.drained.ready) });
      const found = bitAt(full, scan);
      m.when(io.drain.and(io.idle), () => {
        walking.next(1);
        scan.next(0);
      });
      m.when(moves, () => {
        offered.next(walking.and(found));
        kept_key.next(scan);
        kept_point.next(point);
        m.when(walking, () => {
          full.next(full.and(bitMask(found, scan, p.keys).not()));
          scan.next(scan.addWrap(1));
          m.when(scan.eq(p.keys - 1), () => walking.next(0));
        });
      });
      io.drained.offer(offered, { key: kept_key, point: kept_point });
      assertStable(m, 'drained', io.drained);
    },
  };
}
