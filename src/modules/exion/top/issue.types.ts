// SPDX-License-Identifier: Apache-2.0
import { Bundle, UInt } from '../../../dsl/index.ts';
import { commandType } from '../core.types.ts';
import { commandFields, type FieldName } from '../isa.ts';
import { iterationBits } from './dma.ts';

/** Why the program cannot go on at a command. */
export const faults = { none: 0, badOperation: 1, sparseBeforeDense: 2, busError: 3 } as const;

/** Bits of the number of a command in the program. */
export const pcBits = 24;
/** Bits of the number of a command among those that were carried out. */
export const tagBits = 32;

export const allFields = commandFields.map(({ name }) => name) as readonly FieldName[];

/** A command on its way to its unit. */
export const issueType = Bundle({
  command: commandType(...allFields),
  /** Commands carried out before it since the start, ITER, NEXT and FENCE included. */
  tag: UInt(tagBits),
  /** Its number in the program. */
  pc: UInt(pcBits),
  iteration: UInt(iterationBits),
  /** One of `faults`: the command is not carried out. */
  fault: UInt(2),
});

/** What is remembered of a command while it waits and is carried out. */
export const flightType = Bundle({
  tag: UInt(tagBits),
  pc: UInt(pcBits),
  op: UInt(8),
  /** Buffers read and written, as in the command. */
  reads: UInt(32),
  writes: UInt(32),
});

/** Bits of cycle numbers and counters; they wrap. */
export const cycleBits = 32;

/** A command that is through, for the trace. Cycles count from the start of the program. */
export const recordType = Bundle({
  tag: UInt(tagBits),
  pc: UInt(pcBits),
  op: UInt(8),
  /** Cycle in which the unit took the command. */
  start: UInt(cycleBits),
  /** Cycle in which it was done. */
  end: UInt(cycleBits),
  /** Cycles between them in which nothing moved. */
  stalled: UInt(cycleBits),
});
