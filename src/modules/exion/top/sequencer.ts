// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, sink, source, UInt } from '../../../dsl/index.ts';
import { assertStable } from '../../lib/stream-laws.ts';
import { anyOf } from '../../lib/stream-lists.ts';
import { commandFields, type OpName, ops, predicates } from '../isa.ts';
import { iterationBits } from './dma.ts';
import { allFields, faults, issueType, pcBits, tagBits } from './issue.types.ts';
import { rawCommandType } from './prefetch.ts';

export const SequencerParams = z.strictObject({
  cores: z.int().min(1).max(32).describe('Cores that a command may name'),
});

type Bit = Signal<typeof Bool>;

/** Operations that units of a core carry out. */
const coreOps: readonly OpName[] = ['MOVE', 'GEMM', 'CMBUILD', 'KBUILD', 'EPRED', 'TOPK', 'SFU'];

/**
 * Order of the program (paper 4, "Top controller"): takes commands in a row, carries out ITER and NEXT itself, leaves out what the predicate
 * excludes, and gives the rest on, HALT included. Outside of a loop all commands are carried out, whatever their predicate.
 *
 * The loop begins with iteration `first`; the sequencer counts to it, one a cycle, for its place in the period of dense and
 * sparse iterations. An error is given on as a command with its `fault`, in its turn, and is the last one: an operation that does not
 * exist, NEXT without ITER, ITER in a loop or of 0 iterations, a core that does not exist; a loop that begins with a sparse
 * iteration; an error of the bus. A command a cycle; after NEXT the commands come from memory anew.
 */
export const sequencer = block(
  'sequencer',
  SequencerParams,
  (m, p) => {
    const io = m.ports({
      start: input(Bool, 'pulse while idle: begins with the first command'),
      stop: input(Bool, 'ends; what is offered stays offered'),
      base: input(UInt(32), 'byte address of the program / 64'),
      first: input(UInt(iterationBits), 'first iteration'),
      raw: sink(rawCommandType),
      jump: { enable: output(Bool), place: output(UInt(32)) },
      rest: output(Bool, 'nothing more is wanted'),
      out: source(issueType),
      idle: output(Bool, 'the program has ended, and nothing is offered'),
      iteration: output(UInt(iterationBits), 'iteration of the loop, 0 outside'),
    });
    const { state } = m.fsms({ state: ['IDLE', 'TURN', 'RUN', 'SEEK', 'END'] });
    const { pc, tag, offered, item } = m.regs({
      pc: UInt(pcBits),
      tag: UInt(tagBits),
      offered: Bool.init(0),
      item: issueType,
    });
    const loop = m.regs({
      in_loop: Bool.init(0),
      loop_start: UInt(pcBits),
      loop_count: UInt(24),
      sparse: UInt(16),
      turn: UInt(iterationBits).init(0),
      /** Iterations since the last dense one. */
      phase: UInt(16).init(0),
    });
    const { in_loop, loop_start, loop_count, sparse, turn, phase } = loop;
    const { bits, error } = io.raw.payload;
    const fieldOf = (name: string): Signal => {
      const { word, lsb, width } = commandFields.find((each) => each.name === name)!;
      return bits.slice(32 * word + lsb + width - 1, 32 * word + lsb);
    };
    const isOp = (...names: readonly OpName[]): Bit => anyOf(names.map((name) => fieldOf('op').eq(ops[name])));

    const { room, is_dense } = m.nets({ room: offered.not().or(io.out.ready), is_dense: phase.eq(0) });
    const when = fieldOf('when');
    const { enabled, core_exists } = m.nets({
      enabled: anyOf([
        in_loop.not(),
        when.eq(predicates.always),
        when.eq(predicates.dense).and(is_dense),
        when.eq(predicates.sparse).and(is_dense.not()),
        when.eq(predicates.renew).and(phase.eq(1)),
      ]),
      core_exists:
        p.cores === 32 ? (error.constant(1n, 1) as Bit) : fieldOf('all').eq(1).or(fieldOf('core').lt(p.cores)),
    });
    const { bad, passes } = m.nets({
      bad: isOp('ITER')
        .and(in_loop.or(fieldOf('count').eq(0)))
        .or(isOp('NEXT').and(in_loop.not()))
        .or(isOp(...coreOps).and(core_exists.not()))
        .or(isOp('HALT', 'ITER', 'NEXT', 'FENCE', 'LD', 'ST', ...coreOps).not()),
      passes: isOp('HALT', 'FENCE', 'LD', 'ST', ...coreOps),
    });
    const command = Object.fromEntries(allFields.map((name) => [name, fieldOf(name)]));
    const offer = (fault: Signal | number): void => {
      offered.next(1);
      m.drive(item, { command: command as never, tag, pc, iteration: turn, fault: fault as never });
    };
    io.out.offer(offered, item);
    m.when(io.out.ready, () => offered.next(0));
    io.raw.ready.assign(state.is('RUN').and(room));
    io.jump.enable.assign(state.is('TURN'));
    io.jump.place.assign(io.base.addWrap(pc.resize(32)));
    io.rest.assign(state.is('END'));
    io.idle.assign(state.is('IDLE').and(offered.not()));
    io.iteration.assign(turn);

    const nextTurn = (): void => {
      turn.next(turn.addWrap(1));
      phase.next(phase.eq(sparse).mux(0, phase.addWrap(1)));
    };
    const { is_last_turn } = m.nets({ is_last_turn: turn.addFull(1).ge(loop_count.resize(iterationBits + 1)) });
    state.states({
      IDLE: () => {
        pc.next(0);
        tag.next(0);
        turn.next(0);
        phase.next(0);
        in_loop.next(0);
        m.when(io.start, () => state.goto('TURN'));
      },
      TURN: () => state.goto('RUN'),
      RUN: () => {
        m.when(io.raw.fire, () => {
          m.when(error, () => {
            offer(faults.busError);
            state.goto('END');
          })
            .elsewhen(enabled.not(), () => pc.next(pc.addWrap(1)))
            .elsewhen(bad, () => {
              offer(faults.badOperation);
              state.goto('END');
            })
            .otherwise(() => {
              tag.next(tag.addWrap(1));
              pc.next(pc.addWrap(1));
              m.when(passes, () => offer(faults.none));
              m.when(isOp('HALT'), () => state.goto('END'));
              m.when(isOp('ITER'), () => {
                in_loop.next(1);
                loop_start.next(pc.addWrap(1));
                loop_count.next(fieldOf('count'));
                sparse.next(fieldOf('n'));
                // The number of ITER, in case that the iteration is not allowed.
                pc.next(pc);
                m.drive(item.pc, pc);
                state.goto('SEEK');
              });
              m.when(isOp('NEXT'), () => {
                m.when(is_last_turn, () => {
                  in_loop.next(0);
                  turn.next(0);
                  phase.next(0);
                }).otherwise(() => {
                  nextTurn();
                  pc.next(loop_start);
                  state.goto('TURN');
                });
              });
            });
        });
      },
      SEEK: () => {
        m.when(turn.ne(io.first), nextTurn)
          .elsewhen(phase.ne(0), () => {
            offered.next(1);
            item.fault.next(faults.sparseBeforeDense);
            item.iteration.next(turn);
            state.goto('END');
          })
          .otherwise(() => {
            pc.next(loop_start);
            state.goto('RUN');
          });
      },
      END: () => state.goto('IDLE'),
    });
    m.when(io.stop.and(state.is('IDLE').or(state.is('END')).not()), () => state.goto('END'));
    assertStable(m, 'out', io.out);
    return io;
  },
  { doc: 'Takes the commands of a program in a row, with its loop and predicates.' },
);
