// SPDX-License-Identifier: Apache-2.0
import { block, type BlockCall, Bool, input, output, sink, source, UInt, type Wire } from '../../src/dsl/index.ts';
import { connect } from '../../src/modules/lib/connect.ts';
import { anyOf, numbered } from '../../src/modules/lib/stream-lists.ts';
import { flexNoc, nocModes } from '../../src/modules/zkflex/noc/flex-noc.ts';
import { nttNode } from '../../src/modules/zkflex/ntt/node.ts';
import { butterflies, nodeBits, NttParams, nttWordBits } from '../../src/modules/zkflex/ntt/ntt.params.ts';
import * as types from '../../src/modules/zkflex/ntt/ntt.types.ts';
import type { TCoreParams } from '../../src/modules/zkflex/tcore.params.ts';
import type { laneServer } from '../../src/modules/zkflex/tcore.types.ts';
import { configurePorts } from '../../src/modules/zkflex/tcore/control.ts';
import { tcore } from '../../src/modules/zkflex/tcore/tcore.ts';

/** What the nodes need of a core. */
export type CoreInterface = {
  readonly configure: ReturnType<typeof configurePorts>;
  readonly lanes: ReturnType<typeof laneServer>;
};

/** Transform nodes with a core each and the NoC between them: one command for all, a host side for each. */
export const clusterOf = (name: string, core: (p: TCoreParams) => BlockCall<CoreInterface>) =>
  block(name, NttParams, (m, p) => {
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
      clear: input(Bool, 'forgets unreduced'),
      unreduced: output(Bool, 'of any node'),
      node: numbered(p.nodes, () => ({
        write: sink(types.nttWriteType(p)),
        read: sink(types.nttReadType(p)),
        data: source(word),
      })),
    });
    const { mode, modulus } = m.regs({ mode: UInt(2), modulus: word });
    m.when(io.configure.load, () => {
      mode.next(io.configure.mode);
      modulus.next(io.configure.modulus.low(word.width));
    });

    const nodes = Array.from({ length: p.nodes }, (_, i) => {
      const { [`node_${i}`]: unit } = m.instances({ [`node_${i}`]: nttNode(p) });
      const { [`core_${i}`]: lanes } = m.instances({ [`core_${i}`]: core(params) });
      connect(io.configure, lanes!.configure);
      connect(unit!.lanes, lanes!.lanes);
      // A core may have an error to be forgotten; nobody looks at it here.
      if ('clear' in lanes!) (lanes.clear as Wire).assign(0);
      unit!.clear.assign(io.clear);
      unit!.field.mode.assign(mode);
      unit!.field.modulus.assign(modulus);
      unit!.field.twoAdicity.assign(io.twoAdicity);
      unit!.command.offer(io.command.valid, io.command.payload);
      connect(io.node[String(i)]!, { write: unit!.write, read: unit!.read, data: unit!.data });
      unit!.node.assign(m.lit(i, UInt(k)));
      return unit!;
    });
    const first = nodes[0]!;
    if (k > 0) {
      const { noc } = m.instances({ noc: flexNoc({ nodes: p.nodes, width: word.width, words: butterflies }) });
      nodes.forEach(({ exchange }, i) => {
        m.drive(noc.in[String(i)]!, { valid: exchange.out.valid, words: exchange.out.words });
        m.drive(exchange.in, { valid: noc.out[String(i)]!.valid, words: noc.out[String(i)]!.words });
      });
      const swaps = first.exchange.swap.toBits();
      noc.modes.assign(swaps.map((bit) => bit.mux(m.lit(nocModes.SWAP, UInt(2)), nocModes.PASS)));
    }
    io.unreduced.assign(anyOf(nodes.map(({ unreduced }) => unreduced)));
    io.command.ready.assign(first.command.ready);
    for (const flag of ['done', 'refused', 'busy'] as const) {
      io[flag].assign(first[flag]);
      nodes.forEach((node, i) => m.assert(`node_${i}_${flag}_in_step`, node[flag].eq(first[flag])));
    }
    return io;
  });

/** The same with TCores. */
export const tcoreCluster = clusterOf('ntt_cluster', tcore);
