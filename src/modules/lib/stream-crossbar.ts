// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bundle, sink, source, UInt } from '../../dsl/index.ts';
import { roundRobin } from './round-robin.ts';
import { assertStable } from './stream-laws.ts';
import { anyOf, numbered, oneHotIndex } from './stream-lists.ts';
import { clog2 } from './widths.ts';

export const StreamCrossbarParams = z.strictObject({
  width: z.int().min(0).describe('Bits of the data'),
  inputs: z.int().min(1).describe('Inputs'),
  outputs: z.int().min(1).describe('Outputs'),
  source: z.boolean().default(false).describe('Adds the number of the input to each output'),
});

/**
 * Full crossbar of streams: each item goes to the output that its `destination` names. Every output chooses among the inputs that want it
 * round robin and stays with its choice until the item is taken. Items from one input to one output keep their order; an item
 * that waits holds up those behind it at its input (no virtual channels). `destination` is below `outputs`: anything else is an
 * error of the surroundings (assumed), and such an item would wait for ever.
 *
 * No register in the data path: latency 0, up to min(inputs, outputs) items a cycle, cuts no path; valid never depends on ready. State:
 * `outputs` x (`inputs` - 1) flip-flops. 1 x 1: wires.
 */
export const streamCrossbar = block(
  'stream_crossbar',
  StreamCrossbarParams,
  (m, p) => {
    const item = Bundle({ data: UInt(p.width), destination: UInt(clog2(p.outputs)) });
    const sent = Bundle({ data: UInt(p.width), source: UInt(p.source ? clog2(p.inputs) : 0) });
    const io = m.ports({
      in: numbered(p.inputs, () => sink(item)),
      out: numbered(p.outputs, () => source(sent)),
    });
    const inputs = Object.values(io.in);
    const outputs = Object.values(io.out);
    const grantsOf = outputs.map((out, j) => {
      const requests = inputs.map(({ valid, payload }) => valid.and(payload.destination.eq(j)));
      const arbiter = roundRobin(m, `out_${j}`, requests);
      const { [`out_${j}_chosen`]: chosen } = m.nets({
        [`out_${j}_chosen`]: oneHotIndex(arbiter.grants, clog2(p.inputs)),
      });
      out.offer(arbiter.any, {
        data: chosen!.pick(inputs.map((each) => each.payload.data)),
        source: chosen!.trunc(sent.fields.source.width),
      });
      arbiter.update(out.fire, out.stalled);
      assertStable(m, `out_${j}`, out);
      return arbiter.grants;
    });
    inputs.forEach((each, i) => {
      each.ready.assign(anyOf(outputs.map((out, j) => grantsOf[j]![i]!.and(out.ready))));
      if (2 ** item.fields.destination.width !== p.outputs) {
        const inRange = each.payload.destination.lt(p.outputs);
        m.assume(`in_${i}_destination_exists`, each.valid.not().or(inRange), 'there is no such output');
      }
    });
    return io;
  },
  { doc: 'Crossbar of streams: each item goes to the output that it names.' },
);
