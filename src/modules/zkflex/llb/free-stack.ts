// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, memory, output, UInt } from '../../../dsl/index.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';

export const FreeStackParams = z.strictObject({
  nodes: z.int().min(1).max(65_536).describe('Nodes of the list, 0 .. nodes - 1'),
});

/**
 * The free list of a memory bank: a stack of node numbers threaded through a word per node. One node can be taken and one given back in
 * every cycle.
 *
 * - `top` is the node that `take` takes, when `any` is high. A node that is given back is the next one taken.
 * - Each cycle reads or writes the words, never both: a node that comes in the cycle in which another one goes replaces it on top. `top` is a register.
 * - After reset all nodes become free, node 0 on top; `ready` comes after `nodes` cycles, and nothing may be taken or given before.
 *
 * Block RAM of nodes x clog2(nodes) bits; the address of its read comes from its own output after a 2:1 mux.
 */
export const freeStack = block(
  'free_stack',
  FreeStackParams,
  (m, p) => {
    const index = UInt(clog2(p.nodes));
    const count = UInt(bitsFor(p.nodes));
    const io = m.ports({
      take: input(Bool),
      give: input(Bool),
      node: input(index, 'given back'),
      top: output(index),
      any: output(Bool, 'a node is free'),
      several: output(Bool, 'two nodes or more are free'),
      count: output(count, 'free nodes'),
      ready: output(Bool),
    });
    const { filled, swept } = m.regs({ filled: Bool.init(0), swept: index.init(0) });
    const { head, kept } = m.regs({ head: index.init(0), kept: index.init(p.nodes === 1 ? 0 : 1) });
    const { fetched } = m.regs({ fetched: Bool.init(0) });
    const { free } = m.regs({ free: count.init(p.nodes) });
    const { last } = m.nets({ last: swept.eq(p.nodes - 1) });
    const { after } = m.nets({ after: last.mux(m.lit(0, index), swept.addWrap(p.nodes === 1 ? 0 : 1)) });
    // The link of the top is in a register; memory has those of the nodes below.
    const { next } = m.mems({ next: memory(index, p.nodes, { comment: 'the free node below' }) });

    const { pop, push } = m.nets({ pop: io.take.and(io.give.not()), push: io.give.and(io.take.not()) });
    const { second } = m.wires({ second: index });
    second.assign(fetched.mux(next.read('below', second, { enable: pop }), kept));
    next.write(filled.mux(head, swept), filled.mux(second, after), {
      enable: filled.not().or(push),
    });
    m.when(filled.not(), () => {
      swept.next(after);
      filled.next(last);
    });
    fetched.next(pop);
    kept.next(push.mux(head, second));
    m.when(io.give, () => head.next(io.node)).elsewhen(io.take, () => head.next(second));
    m.when(pop, () => free.next(free.subWrap(1)));
    m.when(push, () => free.next(free.addWrap(1)));

    io.top.assign(head);
    io.any.assign(free.ne(0));
    io.several.assign(free.width === 1 ? m.lit(0, Bool) : free.gt(1));
    io.count.assign(free);
    io.ready.assign(filled);
    m.assert('take_needs_a_node', io.take.not().or(free.ne(0).and(filled)));
    m.assert('give_has_room', io.give.not().or(free.ne(p.nodes).and(filled)));
    return io;
  },
  { doc: 'Free list of a memory bank, threaded through a word per node.' },
);
