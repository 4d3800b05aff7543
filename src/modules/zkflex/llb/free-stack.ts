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
 * - Each cycle reads or writes the words, never both: a node that comes in the cycle in which another one goes replaces it on top.
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
    const { kept, fetched } = m.regs({ kept: index.init(0), fetched: Bool.init(0) });
    const { free } = m.regs({ free: count.init(p.nodes) });
    const { next } = m.mems({ next: memory(index, p.nodes, { comment: 'the free node below' }) });

    const { pop, push } = m.nets({ pop: io.take.and(io.give.not()), push: io.give.and(io.take.not()) });
    const below = next.read('below', io.top, { enable: pop });
    io.top.assign(fetched.mux(below, kept));
    next.write(filled.mux(io.node, swept), filled.mux(io.top, swept.addWrap(index.width === 0 ? 0 : 1)), {
      enable: filled.not().or(push),
    });
    m.when(filled.not(), () => {
      swept.next(swept.addWrap(index.width === 0 ? 0 : 1));
      filled.next(swept.eq(p.nodes - 1));
    });
    fetched.next(pop);
    kept.next(io.give.mux(io.node, io.top));
    m.when(pop, () => free.next(free.subWrap(1)));
    m.when(push, () => free.next(free.addWrap(1)));

    io.any.assign(free.ne(0));
    io.several.assign(free.width === 1 ? m.lit(0, Bool) : free.gt(1));
    io.count.assign(free);
    io.ready.assign(filled);
    m.assume('take_needs_a_node', io.take.not().or(free.ne(0).and(filled)));
    m.assume('give_has_room', io.give.not().or(free.ne(p.nodes).and(filled)));
    return io;
  },
  { doc: 'Free list of a memory bank, threaded through a word per node.' },
);
