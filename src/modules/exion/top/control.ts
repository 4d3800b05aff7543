// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, UInt } from '../../../dsl/index.ts';
import { anyOf, bitsOf } from '../../lib/stream-lists.ts';
import { cycleBits, faults, pcBits } from './issue.types.ts';
import { errorNames } from './registers.ts';

type Bit = Signal<typeof Bool>;

/** Cycles for which nothing must move before the last errors of what moved are known. */
const QUIET = 4;

/**
 * Runs and errors of the top. A run goes from `start` to HALT, and ends when nothing is on its way
 * from memory. The first error stops it: from the cycle after the error on nothing is
 * issued (`stop`), what is under way is completed, and then `stopped` is up until `clear`. `cancel` stops a run in the same way, without an error.
 * Errors are sticky until `clear`; `fault_pc` is the command of the first one, where it has one.
 */
export const control = block(
  'control',
  z.strictObject({}),
  (m) => {
    const io = m.ports({
      start: input(Bool, 'pulse: begins a run; while idle'),
      clear: input(Bool, 'pulse: after an error, ready again'),
      cancel: input(Bool, 'pulse: ends the run'),
      halted: input(Bool, 'pulse: the program has come to its HALT'),
      idle: input(Bool, 'nothing is under way'),
      issue: { enable: input(Bool), code: input(UInt(2)), pc: input(UInt(pcBits)) },
      dma: { refused: input(Bool), bus_error: input(Bool), pc: input(UInt(pcBits)) },
      core: { refused: input(Bool), pc: input(UInt(pcBits)) },
      overflow: input(Bool),
      beyond: input(Bool),
      begins: output(Bool, 'pulse: the run begins; counters to 0'),
      stop: output(Bool, 'nothing may be issued'),
      running: output(Bool),
      stopped: output(Bool, 'an error has ended the run'),
      done: output(Bool, 'pulse: the run has ended well'),
      errors: output(UInt(errorNames.length), 'one bit each, as errorNames'),
      fault_pc: output(UInt(pcBits)),
      fault_known: output(Bool),
      cycles: output(UInt(2 * cycleBits), 'cycles of the run'),
    });
    const { state } = m.fsms({ state: ['IDLE', 'RUN', 'LEAVE', 'STOP', 'STOPPED'] });
    const { kept, first_pc, first_known, quiet, count, starting } = m.regs({
      kept: UInt(errorNames.length).init(0),
      first_pc: UInt(pcBits).init(0),
      first_known: Bool.init(0),
      quiet: UInt(Math.log2(QUIET)).init(0),
      count: UInt(2 * cycleBits).init(0),
      starting: Bool.init(0),
    });
    const code = (value: number): Bit => io.issue.enable.and(io.issue.code.eq(value));
    const { found } = m.nets({
      found: bitsOf([
        code(faults.badOperation),
        io.dma.refused.or(io.core.refused),
        code(faults.sparseBeforeDense),
        code(faults.busError).or(io.dma.bus_error),
        io.overflow,
        io.beyond,
      ]),
    });
    const { fails } = m.nets({ fails: found.orR() });
    // What was under way before is older than what the program stopped at.
    const { of_dma } = m.nets({ of_dma: io.dma.refused.or(io.dma.bus_error) });
    const pc = io.core.refused.mux(io.core.pc, of_dma.mux(io.dma.pc, io.issue.pc));
    const known = anyOf([io.core.refused, of_dma, io.issue.enable]);

    starting.next(0);
    m.when(state.is('RUN').or(state.is('STOP')), () => {
      count.next(count.addWrap(1));
      kept.next(kept.or(found));
      m.when(fails.and(kept.eq(0)), () => {
        first_pc.next(pc);
        first_known.next(known);
      });
    });
    state.states({
      IDLE: () => {
        m.when(io.start, () => {
          starting.next(1);
          count.next(0);
          state.goto('RUN');
        });
      },
      RUN: () => {
        quiet.next(0);
        m.when(fails.or(io.cancel), () => state.goto('STOP')).elsewhen(io.halted, () => state.goto('LEAVE'));
      },
      // Commands that were read ahead may still be on their way.
      LEAVE: () => {
        m.when(io.idle, () => state.goto('IDLE'));
      },
      STOP: () => {
        quiet.next(io.idle.mux(quiet.addWrap(1), 0));
        m.when(io.idle.and(quiet.eq(QUIET - 1)), () => {
          m.when(kept.or(found).eq(0), () => state.goto('IDLE')).otherwise(() => state.goto('STOPPED'));
        });
      },
      STOPPED: () => {
        m.when(io.clear.or(io.cancel), () => {
          kept.next(0);
          first_known.next(0);
          state.goto('IDLE');
        });
      },
    });
    io.begins.assign(starting);
    io.stop.assign(state.is('STOP'));
    io.running.assign(anyOf([state.is('RUN'), state.is('LEAVE'), state.is('STOP')]));
    io.stopped.assign(state.is('STOPPED'));
    io.done.assign(state.is('LEAVE').and(io.idle));
    io.errors.assign(kept);
    io.fault_pc.assign(first_pc);
    io.fault_known.assign(first_known);
    io.cycles.assign(count);
    m.assert('idle_when_it_begins', starting.not().or(io.idle), 'a run begins while something is under way');
    return io;
  },
  { doc: 'EXION control: runs, errors and how they end.' },
);
