// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../src/ir/bits.ts';
import type { Expr } from '../../src/ir/expr.ts';
import type { ModuleDraft } from './support.ts';

export interface Update {
  readonly build: (draft: ModuleDraft, own: Expr, x: Expr, c: Expr) => Expr;
  /** Bits above the width are cut off. */
  readonly model: (own: bigint, x: bigint, c: boolean, width: bigint) => bigint;
}

/** Next values of a register over itself, another value and a condition. */
export const updates: Readonly<Record<string, Update>> = {
  accumulates: { build: ({ pool }, own, x) => pool.op('add', [own, x]), model: (own, x) => own + x },
  'is subtracted': { build: ({ pool }, own, x) => pool.op('sub', [x, own]), model: (own, x) => x - own },
  doubles: { build: ({ pool }, own) => pool.op('add', [own, own]), model: (own) => 2n * own },
  'accumulates when enabled': {
    build: ({ pool }, own, x, c) => pool.op('mux', [c, pool.op('add', [own, x]), own]),
    model: (own, x, c) => (c ? own + x : own),
  },
  'accumulates or is replaced': {
    build: ({ pool }, own, x, c) => pool.op('mux', [c, pool.op('add', [own, x]), x]),
    model: (own, x, c) => (c ? own + x : x),
  },
  'accumulates two values, and is turned over': {
    build: ({ pool }, own, x, c) => {
      const other = pool.op('mux', [c, x, pool.op('not', [x])]);
      return pool.op('xor', [pool.op('add', [pool.op('add', [x, own]), other]), pool.op('not', [own])]);
    },
    model: (own, x, c) => (x + own + (c ? x : ~x)) ^ ~own,
  },
  'is one of two values in memory': {
    build: ({ pool }, own, x, c) => pool.op('mux', [c, x, own]),
    model: (own, x, c) => (c ? x : own),
  },
  'turns by some bits': {
    build: ({ pool }, own, x, c) => {
      const turned = pool.op('concat', [pool.slice(own, 0, 45), pool.slice(own, 45, own.width - 45)]);
      return pool.op('xor', [turned, pool.op('mux', [c, x, pool.constant(0n, own.width)])]);
    },
    model: (own, x, c, width) => (((own & mask(45)) << (width - 45n)) | (own >> 45n)) ^ (c ? x : 0n),
  },
  'adds itself turned by a limb': {
    build: ({ pool }, own, x) => {
      const turned = pool.op('concat', [pool.slice(own, 0, 64), pool.slice(own, 64, own.width - 64)]);
      return pool.op('add', [pool.op('xor', [own, x]), turned]);
    },
    model: (own, x, _, width) => (own ^ x) + (((own & mask(64)) << (width - 64n)) | (own >> 64n)),
  },
  'is multiplied or divided': {
    build: ({ pool }, own, x, c) => {
      const half = Math.floor(own.width / 2);
      const product = pool.op('mulU', [pool.slice(own, 0, half), pool.slice(own, half, own.width - half)]);
      return pool.op('mux', [c, product, pool.op('divU', [x, own])]);
    },
    model: (own, x, c, width) => {
      const half = width / 2n;
      if (c) return (own & mask(Number(half))) * (own >> half);
      return own === 0n ? mask(Number(width)) : x / own;
    },
  },
};
