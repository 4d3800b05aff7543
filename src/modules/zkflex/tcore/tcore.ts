// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, output, UInt } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { bitsOf } from '../../lib/stream-lists.ts';
import { laneBits, TCoreParams } from '../tcore.params.ts';
import { laneServer } from '../tcore.types.ts';
import { tcoreBank } from './bank.ts';
import { configurePorts, tcoreControl } from './control.ts';
import { inOrder } from './lane-values.ts';
import { wordBits } from './plan.ts';
import { tcoreLane } from './lane.ts';
import { tcoreWords, wordPorts } from './words.ts';

/** The upper leaf of a cell must hold a word. */
const CheckedParams = TCoreParams.refine((p) => !p.words || p.limb + 3 >= 2 * wordBits(p), {
  path: ['words'],
  message: 'words need limbs of 126 bits or more',
});

/**
 * TCore: modular products of 2L, 3L and 6L bits on one bank of multipliers (paper 3.5, 4.1).
 *
 * Law (docs/rationale/zkflex.md): an operation of a lane gives a b R^-1 mod p, R = 2^n, canonical, for operands below p; in product-only mode the whole
 * product. n is 2L, 3L or 6L in modes 0, 1, 2, which have 5, 3 and 1 lanes. Operands stand in the low n bits with zeros above.
 * Latency modularLatency (3 LP + 3) cycles, product-only LP + 1; LP is 22 (deep) or 7 (shallow) in all modes. A lane takes an operation in
 * every third cycle (`slot`), product-only in every cycle: 5/3, 1 and 1/3 modular products a cycle. Results cannot be held back.
 *
 * Words: x = a b mod 2^64 - 2^32 + 1 for 45 pairs in any cycle in which nothing is in flight in a lane, wordLatency cycles later.
 *
 * Errors: a load while busy, with an even modulus, or of mode 3 is refused, and `error` says why until `clear`. An operand not below p gives a
 * meaningless result, and `unreduced` is up from 4 cycles after it entered, before any result of it leaves, until `clear`. Source: paper 3.2 to 3.5, 4.1.
 */
export const tcore = block(
  'tcore',
  CheckedParams,
  (m, p) => {
    const io = m.ports({
      configure: configurePorts(p),
      clear: input(Bool, 'forgets both errors'),
      error: output(UInt(2), 'why a load was refused: 1 busy, 2 even modulus, 3 no such mode; 0: none was'),
      unreduced: output(Bool, 'an operand was not below p, until clear'),
      busy: output(Bool, 'something is in flight'),
      slot: output(Bool, 'lanes that are ready at all are so in this cycle'),
      lanes: laneServer(p),
      words: wordPorts(p),
    });
    const { control, bank } = m.instances({
      control: tcoreControl(p),
      bank: tcoreBank({ limb: p.limb, pipeline: p.pipeline, words: p.words }),
    });
    m.drive(control.configure, io.configure);
    control.clear.assign(io.clear);
    control.words.assign(io.words.request.valid);
    io.error.assign(control.error);
    io.unreduced.assign(control.unreduced);
    io.busy.assign(control.busy);
    io.slot.assign(control.phase.eq(0));

    bank.mode.assign(control.current.mode);
    const lanes = inOrder(io.lanes);
    const instances = lanes.map((port, i) => {
      const name = `lane_${i}`;
      const lane = m.instances({ [name]: tcoreLane({ ...p, lane: i }) })[name]!;
      lane.mode.assign(control.current.mode);
      lane.whole.assign(control.current.product);
      lane.phase.assign(control.phase);
      lane.open.assign(control.open);
      lane.modulus.assign(control.current.modulus.trunc(laneBits(p, i)));
      lane.inverse.assign(control.current.inverse.trunc(laneBits(p, i)));
      lane.request.from(port.request);
      port.result.valid.assign(lane.result.valid);
      port.result.x.assign(lane.result.x);
      port.result.tag.assign(lane.result.tag);
      inOrder(bank.a)[i]!.assign(lane.bank.a);
      inOrder(bank.b)[i]!.assign(lane.bank.b);
      lane.bank.x.assign(inOrder(bank.x)[i]!);
      return lane;
    });
    bank.valid.assign(
      join(
        control.phase,
        instances.map((lane) => lane.bank.valid),
      ),
    );
    control.misfits.assign(bitsOf(instances.map((lane) => lane.unreduced)));
    control.entering.assign(lanes.map((lane) => lane.request.fire).reduce((any, fire) => any.or(fire)));
    if (p.words) {
      const { words } = m.instances({ words: tcoreWords(p) });
      words.valid.assign(io.words.request.valid);
      words.tag.assign(io.words.request.tag);
      m.drive(io.words.result, words.result);
      words.idle.assign(control.lanes_idle);
      words.products.elements.forEach((_, i) => words.products.at(i).assign(bank.word.x.at(i)));
    }
    bank.word.valid.assign(io.words.request.valid);
    m.drive(bank.word.a, io.words.request.a);
    m.drive(bank.word.b, io.words.request.b);
    return io;
  },
  { doc: 'Toom-Cook modular multiplier: 5, 3 or 1 lanes of 2, 3 or 6 limbs on one bank of 15 multiplier cells.' },
);
