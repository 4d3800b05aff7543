// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { mask } from '../../src/ir/bits.ts';
import type { Expr } from '../../src/ir/expr.ts';
import { createEmbedded } from '../../src/sim/embedded.ts';
import { plan } from '../../src/sim/emit/assemble.ts';
import { flatten } from '../../src/sim/flat/flatten.ts';
import { edgeProgram } from '../../src/sim/plan/programs.ts';
import { RandomBits } from '../../src/sim/random.ts';
import { ModuleDraft, poke } from './support.ts';
import { type Update, updates } from './wide.updates.ts';

/** Widths, and registers of one kind: as many as it takes for a routine. */
const SIZES = [
  [65, 260],
  [129, 160],
  [192, 160],
  [768, 64],
  [1100, 40],
] as const;

/** How many items of the clock edge go through routines. */
function sharedItems(draft: ModuleDraft): number {
  const { flat } = flatten(draft.design, { randomCollisions: false, strictMemory: false, properties: false });
  const program = edgeProgram(flat, { outputs: false, report: () => 0, counters: new Map() });
  return plan(flat, program).placement.shared.size;
}

/** Registers that read the one before them, every eighth the input, beside a model of them. */
function compare(width: number, count: number, updateOf: (i: number) => Update): void {
  const draft = new ModuleDraft('dut');
  const { pool } = draft;
  const [enables, x] = [draft.input('enables', count), draft.input('x', width)];
  const regs = Array.from({ length: count }, (_, i) => draft.reg(`own${i}`, width, BigInt(i + 1)));
  const before = (i: number): Expr => (i % 8 === 0 ? x : pool.ref(regs[i - 1]!));
  regs.forEach((reg, i) => {
    draft.assign(reg, updateOf(i).build(draft, pool.ref(reg), before(i), pool.slice(enables, i, 1)));
  });
  draft.output('out', pool.ref(regs.at(-1)!));
  const engine = createEmbedded(draft.design);
  poke(engine, 'rst', 1);
  engine.step();
  poke(engine, 'rst', 0);
  const random = new RandomBits(width);
  let state = regs.map((_, i) => BigInt(i + 1));
  for (let cycle = 0; cycle < 12; cycle++) {
    const bits = random.pattern(count);
    // All ones now and then, so that carries go through all limbs.
    const input = cycle % 4 === 3 ? mask(width) : random.pattern(width);
    poke(engine, 'enables', bits);
    poke(engine, 'x', input);
    engine.step();
    const old = state;
    state = old.map((own, i) => {
      const read = i % 8 === 0 ? input : old[i - 1]!;
      return updateOf(i).model(own, read, ((bits >> BigInt(i)) & 1n) === 1n, BigInt(width)) & mask(width);
    });
    state.forEach((wanted, i) =>
      expect(engine.read(`own${i}`), `${width} bits, register ${i}, cycle ${cycle}`).toBe(wanted),
    );
  }
}

describe('many wide registers that are computed in the same way', () => {
  const more: typeof updates = {
    ...updates,
    'takes a sum by way of a comparison': {
      build: ({ pool }, own, x) => {
        const sum = pool.op('add', [own, x]);
        return pool.op('mux', [pool.op('ltU', [sum, own]), x, sum]);
      },
      model: (own, x, _, width) => ((own + x) >> width > 0n ? x : own + x),
    },
    'is shifted by what is in its lowest bits': {
      build: ({ pool }, own, x, c) => {
        const amount = pool.slice(own, 0, 7);
        const [left, right] = [pool.op('shl', [x, amount]), pool.op('shrU', [x, amount])];
        return pool.op('mux', [c, left, pool.op('xor', [right, own])]);
      },
      model: (own, x, c) => (c ? x << (own & 127n) : (x >> (own & 127n)) ^ own),
    },
    'is shifted with its sign': {
      build: ({ pool }, own, x) => pool.op('shrS', [x, pool.slice(own, 3, 6)]),
      model: (own, x, _, width) => BigInt.asIntN(Number(width), x) >> ((own >> 3n) & 63n),
    },
    'has bits of both beside each other': {
      build: ({ pool }, own, x) =>
        pool.op('concat', [pool.slice(x, 0, 20), pool.slice(own, 7, own.width - 40), pool.slice(x, 9, 20)]),
      model: (own, x, _, width) =>
        ((x & mask(20)) << (width - 20n)) | (((own >> 7n) & mask(Number(width) - 40)) << 20n) | ((x >> 9n) & mask(20)),
    },
  };

  for (const [name, update] of Object.entries(more)) {
    it(name, () => {
      for (const [width, count] of SIZES) compare(width, count, () => update);
    });
  }

  it('of two kinds in turn', () => {
    const [one, other] = [more['is shifted by what is in its lowest bits']!, more['is shifted with its sign']!];
    for (const [width, count] of SIZES) compare(width, count, (i) => (i % 2 === 0 ? one : other));
  });

  it('share routines where they are many, alike and next to each other, and only there', () => {
    const shared = (count: number, next: (draft: ModuleDraft, own: Expr, before: Expr, i: number) => Expr): number => {
      const draft = new ModuleDraft('dut');
      const regs = Array.from({ length: count }, (_, i) => draft.reg(`own${i}`, 768));
      const refs = regs.map((reg) => draft.pool.ref(reg));
      regs.forEach((reg, i) => draft.assign(reg, next(draft, refs[i]!, refs[Math.max(0, i - 1)]!, i)));
      draft.output('out', refs.at(-1)!);
      return sharedItems(draft);
    };
    const sum = ({ pool }: ModuleDraft, own: Expr, before: Expr): Expr => pool.op('add', [own, before]);
    // The first adds itself.
    expect(shared(100, sum)).toBe(99);
    expect(shared(8, sum)).toBe(0);
    // Each has a constant of its own.
    expect(shared(100, ({ pool }, own, _, i) => pool.op('add', [own, pool.constant(BigInt(i + 3), 768)]))).toBe(0);
    // Every other one is of another kind, and none may go before its neighbour: calls, if they are worth one.
    expect(shared(100, ({ pool }, own, before, i) => pool.op(i % 2 ? 'xor' : 'and', [own, before]))).toBe(0);
    const shifted = ({ pool }: ModuleDraft, own: Expr, before: Expr, i: number): Expr =>
      pool.op(i % 2 ? 'shl' : 'shrU', [before, pool.slice(own, 0, 9)]);
    expect(shared(100, shifted)).toBe(99);
    expect(shared(40, shifted)).toBe(0);
    expect(shared(100, ({ pool }, own, before) => pool.op('mulU', [own, before]))).toBe(0);
  });
});
