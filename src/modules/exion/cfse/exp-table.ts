// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, input, memory, output, UInt, Vec } from '../../../dsl/index.ts';

/** EXP[f] = round(2^15 * 2^(-f/256)), paper 3.5. */
const contents = Array.from({ length: 256 }, (_, f) => Math.round(2 ** (15 - f / 256)));

/**
 * Table of the exponential for two rows: 256 words of 16 bits in one block RAM with two read ports.
 *
 * Law: data[i] is EXP[address[i]] of the cycle before. Latency 1, two look-ups a cycle.
 */
export const expTable = block(
  'cfse_exp_table',
  z.strictObject({}),
  (m) => {
    const io = m.ports({
      address: input(Vec(2, UInt(8)), 'fraction of the exponent in 256ths'),
      data: output(Vec(2, UInt(16)), 'EXP of it, one cycle later'),
    });
    const { words } = m.mems({ words: memory(UInt(16), 256, { init: contents, style: 'block' }) });
    io.data.at(0).assign(words.read('even', io.address.at(0)));
    io.data.at(1).assign(words.read('odd', io.address.at(1)));
    return io;
  },
  { doc: 'Exponentials of two rows: a table with two read ports.' },
);
