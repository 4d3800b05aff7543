// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, output, type Signal, UInt } from '../../src/dsl/index.ts';
import { mask } from '../../src/ir/bits.ts';
import { SEED, xorshift, xorshiftOf } from './xorshift.ts';

const STAGES = 64;

/**
 * 64 registers, adders and multiplexers of one width: stage i adds what is before it to itself, or takes it as it is, as a bit of a ring of 64 says. A
 * xorshift32 register goes in, its words side by side.
 */
export const widePipeline = block(
  'wide_pipeline',
  z.strictObject({ width: z.int().multipleOf(32) }),
  (m, { width }) => {
    const io = m.ports({ digest: output(UInt(32)) });
    const { random } = m.regs({ random: UInt(32).init(SEED) });
    random.next(xorshift(random));
    const { ring } = m.regs({ ring: UInt(STAGES).init(0) });
    ring.next(ring.slice(STAGES - 2, 0).concat(random.bit(7)));
    const names = Array.from({ length: STAGES }, (_, i) => `stage${i}`);
    const stages = m.regs(Object.fromEntries(names.map((name) => [name, UInt(width).init(0)])));
    const fresh = Array.from({ length: width / 32 }, () => random as Signal).reduce((all, word) => all.concat(word));
    names.forEach((name, i) => {
      const own = stages[name]!;
      const before = i === 0 ? fresh : stages[names[i - 1]!]!;
      own.next(ring.bit(i).mux(own.addWrap(before), before));
    });
    const last = stages[names.at(-1)!]!;
    io.digest.assign(last.slice(width - 1, width - 32).xor(last.slice(31, 0)));
  },
);

/** All stages after some cycles, from the text above alone. */
export function pipelineAfter(width: number, cycles: number): bigint[] {
  let random = SEED;
  let ring: number[] = Array.from({ length: STAGES }, () => 0);
  let stages: bigint[] = ring.map(() => 0n);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const fresh = Array.from({ length: width / 32 }).reduce<bigint>((all) => (all << 32n) | BigInt(random), 0n);
    const before = [fresh, ...stages];
    stages = stages.map((own, i) => (ring[i] === 1 ? (own + before[i]!) & mask(width) : before[i]!));
    ring = [(random >>> 7) & 1, ...ring.slice(0, -1)];
    random = xorshiftOf(random);
  }
  return stages;
}
