// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, UInt, Vec } from '../../../dsl/index.ts';
import { carrySave } from '../arith/carry-save.ts';
import { delayed, validChain } from '../arith/delay.ts';
import { leafLatency } from '../mul/toom2-cell.ts';
import { TCoreParams } from '../tcore.params.ts';
import { planOf, wordBits, wordCount } from './plan.ts';

/** The ports of TCore for words; of 0 bits when there are none. */
export const wordPorts = (p: TCoreParams) => {
  const flag = UInt(Number(p.words));
  const words = Vec(wordCount, UInt(wordBits(p)));
  const tag = UInt(p.words ? p.tagBits : 0);
  return {
    request: {
      valid: input(flag, 'words enter'),
      a: input(words, 'factors'),
      b: input(words, 'factors'),
      tag: input(tag, 'comes back with the products'),
    },
    result: {
      valid: output(flag, 'products leave'),
      x: output(words, 'modular products; 0 while not valid'),
      tag: output(tag, 'tag of the factors; 0 while not valid'),
    },
  };
};

/** 2^64 - 2^32 + 1. */
export const goldilocks = 0xffff_ffff_0000_0001n;

/** Cycles from a product to its residue. */
export const goldilocksLatency = 3;

/** Cycles from words to their modular products: operand registers, leaves, reduction. */
export const wordLatency = (p: Pick<TCoreParams, 'pipeline'>): number => 1 + leafLatency(planOf(p)) + goldilocksLatency;

/**
 * Residue modulo 2^64 - 2^32 + 1.
 *
 * Law: x = product mod 2^64 - 2^32 + 1, canonical. Latency 3 cycles; a new product every cycle. With product = x0 + 2^64 (x1 + 2^32 x2) and
 * 2^64 = 2^32 - 1, 2^96 = -1: x0 - x2 (plus the modulus below 0), plus (2^32 - 1) x1, less the modulus once at most. Source: paper 3.5.
 */
export const goldilocksReduce = block(
  'goldilocks_reduce',
  z.strictObject({}),
  (m) => {
    const io = m.ports({
      product: input(UInt(128), 'product of two words'),
      x: output(UInt(64), 'residue'),
    });
    const pipe = m.pipeline('p');
    const { x0, x1, x2 } = pipe.inputs({
      x0: io.product.slice(63, 0),
      x1: io.product.slice(95, 64),
      x2: io.product.slice(127, 96),
    });
    const apart = x0.subFull(x2.resize(64));
    // Below 0 the modulus is added: 2^64 has been borrowed already, so 2^32 - 1 is taken away.
    const first = pipe.regs({
      apart: apart.trunc(64),
      below: apart.msb(),
      times: x1.concat(x1.constant(0n, 32)).subWrap(x1.resize(64)),
    });
    const held = first.below.replicate(33).concat(first.apart.constant(0n, 32));
    const rows = carrySave(first.apart.resize(65), first.times.resize(65), held, first.below);
    const { sum } = pipe.regs({ sum: rows.sum.addWrap(rows.carries) });
    const less = sum.subFull(goldilocks);
    const { x } = pipe.outputs(pipe.regs({ x: less.msb().mux(sum.trunc(64), less.trunc(64)) }));
    io.x.assign(x);
    return io;
  },
  { doc: 'Residue of a product of two words modulo 2^64 - 2^32 + 1.' },
);

/**
 * Reduces the products of words that the leaves of the bank have made.
 *
 * Law: x = a b mod 2^64 - 2^32 + 1 for each of 45 pairs, wordLatency cycles after `valid`; new words every cycle. `idle`: nothing is in
 * flight in a lane.
 */
export const tcoreWords = block(
  'tcore_words',
  z.strictObject(TCoreParams.shape),
  (m, p) => {
    const product = Vec(wordCount, UInt(2 * wordBits(p)));
    const io = m.ports({
      valid: input(Bool, 'words enter'),
      tag: input(UInt(p.tagBits), 'comes back with the products'),
      result: wordPorts(p).result,
      idle: input(Bool, 'nothing is in flight in a lane'),
      products: input(product, 'products of the leaves'),
    });
    const latency = wordLatency(p);
    const valid = validChain(m, 'pending', io.valid, latency).at(-1)!;
    const tag = delayed(m, 'held', io.tag, latency);
    io.result.valid.assign(valid);
    io.result.tag.assign(valid.orR().mux(tag, 0));
    for (let i = 0; i < wordCount; i++) {
      const name = `reduce_${i}`;
      const reduce = m.instances({ [name]: goldilocksReduce({}) })[name]!;
      reduce.product.assign(io.products.at(i));
      io.result.x.at(i).assign(valid.orR().mux(reduce.x, 0));
    }
    m.assert('words_alone', io.valid.not().or(io.idle), 'words enter while a lane is at work');
    return io;
  },
  { doc: 'Products of words in the Goldilocks field on the leaves of the bank.' },
);
