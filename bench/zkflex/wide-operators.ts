// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, output, type Signal, UInt } from '../../src/dsl/index.ts';
import { SEED, xorshift, xorshiftOf } from './xorshift.ts';

/** Any amount that is no whole number of bytes. */
const TURN = 13;

/** Of what the next value of a stage is made: its own value, those of the two stages before, a bit, and an amount below the width. */
interface Inputs<V, B, A> {
  readonly own: V;
  readonly before: V;
  readonly far: V;
  readonly bit: B;
  readonly amount: A;
  /** Of the amount: stages of variable shifts take turns, so that bits go through all of them. */
  readonly left: boolean;
}

interface Operation {
  readonly build: (inputs: Inputs<Signal, Signal, Signal>) => Signal;
  /** The same on integers; bits above the width are cut off. */
  readonly model: (inputs: Inputs<bigint, boolean, bigint>) => bigint;
}

/** One operation a register. Products and quotients are not among them: their cost grows with the square of the width. */
export const operations = {
  xor: {
    build: ({ own, before }) => own.xor(before),
    model: ({ own, before }) => own ^ before,
  },
  choice: {
    build: ({ own, before, bit }) => bit.mux(before, own),
    model: ({ own, before, bit }) => (bit ? before : own),
  },
  sum: {
    build: ({ own, before }) => own.addWrap(before),
    model: ({ own, before }) => own + before,
  },
  'sum of sums': {
    build: ({ own, before, far }) => own.addWrap(before).addWrap(far),
    model: ({ own, before, far }) => own + before + far,
  },
  'sum, then xor': {
    build: ({ own, before, far }) => own.addWrap(before).xor(far),
    model: ({ own, before, far }) => (own + before) ^ far,
  },
  'less than, then choice': {
    build: ({ own, before, far }) => own.lt(before).mux(far, own),
    model: ({ own, before, far }) => (own < before ? far : own),
  },
  'shift by a constant, then xor': {
    build: ({ own, before }) => own.xor(before.shr(TURN)),
    model: ({ own, before }) => own ^ (before >> BigInt(TURN)),
  },
  'shift by a variable amount': {
    build: ({ before, amount, left }) => (left ? before.shl(amount) : before.shr(amount)),
    model: ({ before, amount, left }) => (left ? before << amount : before >> amount),
  },
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

const Params = z.strictObject({
  /** Registers. */
  stages: z.int().min(1),
  width: z.int().multipleOf(32),
  operation: z.enum(Object.keys(operations) as [OperationName, ...OperationName[]]),
});

export type WideOperators = z.infer<typeof Params>;

/**
 * Registers of one width with one operation each. A xorshift32 register goes in, its last words side by side; every eighth stage takes them
 * instead of what is before it.
 */
export const wideOperators = block('wide_operators', Params, (m, { stages: count, width, operation }) => {
  const io = m.ports({ digest: output(UInt(32)) });
  const { random } = m.regs({ random: UInt(32).init(SEED) });
  random.next(xorshift(random));
  const { fresh } = m.regs({ fresh: UInt(width).init(0) });
  fresh.next(width === 32 ? random : fresh.slice(width - 33, 0).concat(random));
  const names = Array.from({ length: count }, (_, i) => `stage${i}`);
  const regs = m.regs(Object.fromEntries(names.map((name) => [name, UInt(width).init(0)])));
  const stages = names.map((name) => regs[name]!);
  const amountBits = Math.floor(Math.log2(width - 1)) + 1;
  stages.forEach((own, i) => {
    const { before, far } = sources(i);
    const low = i % (32 - amountBits);
    own.next(
      operations[operation].build({
        own,
        before: stages[before] ?? fresh,
        far: stages[far] ?? fresh,
        bit: random.bit(i % 32),
        amount: random.slice(low + amountBits - 1, low),
        left: i % 2 === 0,
      }),
    );
  });
  io.digest.assign(stages.at(-1)!.slice(31, 0));
});

/** Numbers of the stages that stage i reads; -1 is the fresh words. */
function sources(i: number): { readonly before: number; readonly far: number } {
  return { before: i % 8 === 0 ? -1 : i - 1, far: i < 2 ? -1 : i - 2 };
}

/** All stages after some cycles, from the text above alone. */
export function stagesAfter({ stages: count, width, operation }: WideOperators, cycles: number): bigint[] {
  const mask = (1n << BigInt(width)) - 1n;
  const amountBits = Math.floor(Math.log2(width - 1)) + 1;
  let random = SEED;
  let fresh = 0n;
  let stages: bigint[] = Array.from({ length: count }, () => 0n);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const old = stages;
    const at = (i: number): bigint => (i < 0 ? fresh : old[i]!);
    stages = old.map((own, i) => {
      const { before, far } = sources(i);
      const bit = ((random >>> (i % 32)) & 1) === 1;
      const amount = BigInt(random >>> (i % (32 - amountBits))) & ((1n << BigInt(amountBits)) - 1n);
      const inputs = { own, before: at(before), far: at(far), bit, amount, left: i % 2 === 0 };
      return operations[operation].model(inputs) & mask;
    });
    fresh = ((fresh << 32n) | BigInt(random)) & mask;
    random = xorshiftOf(random);
  }
  return stages;
}
