// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Dut } from '../../../../sim/index.ts';
import { block, Bool, input, output, sink, source, UInt } from '../../../../src/dsl/index.ts';
import { connect } from '../../../../src/modules/lib/connect.ts';
import { numbered } from '../../../../src/modules/lib/stream-lists.ts';
import { flexNoc, nocModes } from '../../../../src/modules/zkflex/noc/flex-noc.ts';
import { nttNode } from '../../../../src/modules/zkflex/ntt/node.ts';
import { nodeBits, NttParams, nttWordBits } from '../../../../src/modules/zkflex/ntt/ntt.params.ts';
import * as types from '../../../../src/modules/zkflex/ntt/ntt.types.ts';
import { configurePorts } from '../../../../src/modules/zkflex/tcore/control.ts';
import { tcore } from '../../../../src/modules/zkflex/tcore/tcore.ts';
import { laneModel } from '../lane-model.ts';

export const NttBenchParams = z.strictObject({
  ntt: NttParams,
  core: z.enum(['model', 'tcore']).default('model').describe('What computes the products'),
});

/** Transform nodes with a core each and the NoC between them: one command for all, a host side for each. */
export const nttBench = block('ntt_bench', NttBenchParams, (m, { ntt: p, core }) => {
  const word = UInt(nttWordBits(p));
  const k = nodeBits(p);
  const params = types.coreParams(p);
  const io = m.ports({
    configure: configurePorts(params),
    twoAdicity: input(UInt(types.log2Bits)),
    command: sink(types.nttCommandType(p)),
    done: output(Bool),
    refused: output(Bool),
    busy: output(Bool),
    node: numbered(p.nodes, () => ({
      write: sink(types.nttWriteType(p)),
      read: sink(types.nttReadType(p)),
      data: source(word),
    })),
  });
  const { noc } = m.instances({ noc: flexNoc({ nodes: p.nodes, width: word.width }) });
  const { mode, modulus } = m.regs({ mode: UInt(2), modulus: word });
  m.when(io.configure.load, () => {
    mode.next(io.configure.mode);
    modulus.next(io.configure.modulus.low(word.width));
  });

  const nodes = Array.from({ length: p.nodes }, (_, i) => {
    const name = `core_${i}`;
    const { [`node_${i}`]: unit } = m.instances({ [`node_${i}`]: nttNode(p) });
    if (core === 'model') {
      const { [name]: lanes } = m.instances({ [name]: laneModel(params) });
      connect(io.configure, lanes!.configure);
      connect(unit!.lanes, lanes!.lanes);
    } else {
      const { [name]: lanes } = m.instances({ [name]: tcore(params) });
      connect(io.configure, lanes!.configure);
      connect(unit!.lanes, lanes!.lanes);
      lanes!.clear.assign(0);
    }
    unit!.field.mode.assign(mode);
    unit!.field.modulus.assign(modulus);
    unit!.field.twoAdicity.assign(io.twoAdicity);
    unit!.command.offer(io.command.valid, io.command.payload);
    connect(io.node[String(i)]!, { write: unit!.write, read: unit!.read, data: unit!.data });
    unit!.node.assign(m.lit(i, UInt(k)));
    const [into, from] = [noc.in[String(i)]!, noc.out[String(i)]!];
    if (k > 0) {
      const { valid, words } = unit!.exchange.out;
      m.drive(into, { valid, words });
      m.drive(unit!.exchange.in, { valid: from.valid, words: from.words });
    } else m.drive(into, { valid: 0, words: [0, 0] });
    return unit!;
  });
  const [first] = nodes;
  const { swap } = first!.exchange;
  noc.modes.assign(swap.toBits().map((bit) => bit.mux(m.lit(nocModes.SWAP, UInt(2)), nocModes.PASS)));
  io.command.ready.assign(first!.command.ready);
  for (const name of ['done', 'refused', 'busy'] as const) {
    io[name].assign(first![name]);
    nodes.forEach((node, i) => m.assert(`node_${i}_${name}_in_step`, node[name].eq(first![name])));
  }
  return io;
});

export type NttDut =
  ReturnType<typeof nttBench> extends { readonly interface?: infer I } ? Dut<Exclude<I, undefined>> : never;
