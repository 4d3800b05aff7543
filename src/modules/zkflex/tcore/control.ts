// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, UInt } from '../../../dsl/index.ts';
import { bitsFor } from '../../lib/widths.ts';
import { laneCount, modularLatency, productLatency, TCoreParams } from '../tcore.params.ts';
import { modulusType } from '../tcore.types.ts';
import { wordLatency } from './words.ts';

/** What a refused configuration is refused for; the first one stays until it is cleared. */
export const configureErrors = { busy: 1, evenModulus: 2, noSuchMode: 3 } as const;

export const configurePorts = (p: TCoreParams) => {
  const { mode, modulus, inverse, product } = modulusType(p).fields;
  return {
    load: input(Bool, 'takes the configuration, or refuses it'),
    mode: input(mode, '0, 1, 2: operands of 2L, 3L, 6L bits'),
    modulus: input(modulus, 'p, odd'),
    inverse: input(inverse, '-p^-1 mod 2^n'),
    product: input(product, 'whole products, no reduction'),
  };
};

/**
 * Configuration, rhythm and occupation of TCore.
 *
 * Law: a load is taken when nothing is in flight, the mode exists and the modulus is odd (or not used: product-only); otherwise nothing changes and
 * `error` gets a code unless it has one. `unreduced` stays from the first misfit until `clear`; a misfit in the cycle of `clear` is kept. The phase counts 0, 1, 2; in product-only mode it stays 0. `open`: operands may enter in this cycle
 * (phase 0, configured, no load). `busy` is high from the cycle after operands enter to that of their result. Source: paper 4.1.
 */
export const tcoreControl = block(
  'tcore_control',
  z.strictObject(TCoreParams.shape),
  (m, p) => {
    const io = m.ports({
      configure: configurePorts(p),
      clear: input(Bool, 'forgets both errors'),
      entering: input(Bool, 'operands enter a lane'),
      words: input(UInt(Number(p.words)), 'words enter'),
      misfits: input(UInt(laneCount), 'lanes in which an operand was not below p'),
      error: output(UInt(2), 'why a load was refused; 0: none was'),
      unreduced: output(Bool, 'an operand was not below p, until clear'),
      busy: output(Bool, 'something is in flight'),
      lanes_idle: output(Bool, 'nothing is in flight in a lane'),
      phase: output(UInt(2), "product that enters: 0 a b, 1 T p', 2 m p"),
      open: output(Bool, 'lanes take operands'),
      current: output(modulusType(p), 'configuration'),
    });
    const { configure } = io;
    const { configured, count, left, words_left, refusal, misfit } = m.regs({
      configured: Bool.init(0),
      count: UInt(2).init(0),
      left: UInt(bitsFor(modularLatency(p))).init(0),
      words_left: UInt(p.words ? bitsFor(wordLatency(p)) : 0).init(0),
      refusal: UInt(2).init(0),
      misfit: Bool.init(0),
    });
    const { held } = m.regs({ held: modulusType(p) });
    const product = configured.and(held.product);

    const busy = left.ne(0).or(words_left.ne(0));
    m.when(left.ne(0), () => left.next(left.subWrap(1)));
    m.when(io.entering, () => left.next(product.mux(m.lit(productLatency(p) + 1, left.type), modularLatency(p))));
    if (p.words) {
      m.when(io.words.orR(), () => words_left.next(wordLatency(p))).elsewhen(words_left.ne(0), () => {
        words_left.next(words_left.subWrap(1));
      });
    }
    count.next(
      count
        .eq(2)
        .or(product.and(count.eq(0)))
        .mux(0, count.addWrap(1)),
    );

    const even = configure.modulus.bit(0).not().and(configure.product.not());
    m.when(io.clear, () => {
      refusal.next(0);
      misfit.next(0);
    });
    m.when(io.misfits.orR(), () => misfit.next(1));
    m.when(configure.load, () => {
      const unset = refusal.eq(0).or(io.clear);
      m.when(busy, () => m.when(unset, () => refusal.next(configureErrors.busy)))
        .elsewhen(configure.mode.eq(3), () => m.when(unset, () => refusal.next(configureErrors.noSuchMode)))
        .elsewhen(even, () => m.when(unset, () => refusal.next(configureErrors.evenModulus)))
        .otherwise(() => {
          configured.next(1);
          const { load: _load, ...rest } = configure;
          m.drive(held, rest);
        });
    });

    io.error.assign(refusal);
    io.unreduced.assign(misfit);
    io.busy.assign(busy);
    io.lanes_idle.assign(left.eq(0));
    io.phase.assign(count);
    io.open.assign(configured.and(count.eq(0)).and(configure.load.not()));
    m.drive(io.current, held);
    return io;
  },
  { doc: 'Configuration, rhythm and occupation of TCore.' },
);
