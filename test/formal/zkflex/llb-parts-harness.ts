// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, Bool, input, type Signal, UInt, Vec } from '../../../src/dsl/index.ts';
import { bitsFor, clog2 } from '../../../src/modules/lib/widths.ts';
import { freeStack } from '../../../src/modules/zkflex/llb/free-stack.ts';
import { rmwTable } from '../../../src/modules/zkflex/llb/rmw-table.ts';
import { startedByReset } from '../reset-first.ts';

/** Nodes are taken and given back at will, but only such as are out. None is on top that is out, and all that are not out are counted. */
export function freeStackHarness(nodes: number): BlockCall {
  const node = UInt(clog2(nodes));
  return block('free_stack_harness', z.strictObject({}), (m) => {
    const io = m.ports({ take: input(Bool), give: input(Bool), node: input(node) });
    startedByReset(m);
    const { stack } = m.instances({ stack: freeStack({ nodes }) });
    const { out } = m.regs({ out: UInt(nodes).init(0) });
    const bit = (at: Signal): Signal => m.lit(1, UInt(nodes)).shl(at);
    m.assume('takes_what_there_is', io.take.not().or(stack.any.and(stack.ready)));
    m.assume('gives_what_is_out', io.give.not().or(out.and(bit(io.node)).orR()));
    stack.take.assign(io.take);
    stack.give.assign(io.give);
    stack.node.assign(io.node);
    const { left } = m.nets({ left: io.give.mux(out.and(bit(io.node).not()), out) });
    out.next(io.take.mux(left.or(bit(stack.top)), left));
    m.assert(
      'top_is_free',
      stack.any
        .not()
        .or(stack.ready.not())
        .or(out.and(bit(stack.top)).orR().not()),
    );
    const count = UInt(bitsFor(nodes));
    const outside = out.toBits().reduce<Signal>((sum, each) => sum.addWrap(each.resize(count.width)), m.lit(0, count));
    m.assert('free_nodes_are_counted', stack.count.addWrap(outside).eq(nodes));
    m.assert('any_is_exact', stack.any.eq(stack.count.ne(0)));
  })({});
}

/** Both ports read, change and write words at will, never the same one in one cycle: a word is what was written last. */
export function rmwTableHarness(depth: number): BlockCall {
  const index = UInt(clog2(depth));
  return block('rmw_table_harness', z.strictObject({}), (m) => {
    const io = m.ports({
      address: input(Vec(2, index)),
      write: input(UInt(2)),
      value: input(UInt(2)),
      watched: input(index, 'constant'),
    });
    startedByReset(m);
    const { table } = m.instances({ table: rmwTable({ depth, width: 1 }) });
    const { running, chosen, at, word } = m.regs({
      running: Bool.init(0),
      chosen: index,
      at: Vec(2, index),
      word: Bool.init(0),
    });
    running.next(table.ready);
    chosen.next(io.watched);
    m.assume('constant_choice', running.not().or(io.watched.eq(chosen)));
    const [at_0, at_1] = [...at];
    m.assume('one_writer', io.write.andR().and(at_0!.eq(at_1!)).not());
    m.assume('waits', table.ready.and(running).or(io.write.eq(0)));
    const addresses = [...io.address];
    [...at].forEach((before, i) => {
      if (2 ** index.width !== depth) m.assume(`address_${i}_exists`, addresses[i]!.lt(depth));
      table.port[i]!.address.assign(addresses[i]!);
      table.port[i]!.write.assign(io.write.bit(i));
      table.port[i]!.value.assign(io.value.bit(i));
      before.next(addresses[i]!);
      const isWatched = running.and(before.eq(io.watched));
      m.assert(`port_${i}_reads_the_last_value`, isWatched.not().or(table.port[i]!.word.eq(word)));
      m.when(isWatched.and(io.write.bit(i)), () => word.next(io.value.bit(i)));
    });
  })({});
}
