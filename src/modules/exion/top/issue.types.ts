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
