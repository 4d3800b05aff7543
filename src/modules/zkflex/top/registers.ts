// SPDX-License-Identifier: Apache-2.0
import { bitsFor } from '../../lib/widths.ts';
import { commandWords } from './commands.ts';

/** Why commands stop, one bit each, in the order of register `errors`. */
export const errorNames = [
  'bad_operation',
  'configuration',
  'refused',
  'bus_error',
  'msm',
  'unreduced',
  'overrun',
] as const;
export type ErrorName = (typeof errorNames)[number];

const errorDocs: Readonly<Record<ErrorName, string>> = {
  bad_operation: 'An operation that does not exist, or one before the first CFG',
  configuration:
    'CFG: an even modulus, a mode that does not exist, or a coefficient of the curve that is not below the modulus',
  refused:
    'A unit has refused a command: lengths or places that do not fit, or a transform above the two-adicity of the field',
  bus_error: 'The memory has answered with an error',
  msm:
    'A multi-scalar multiplication with a bad window, whose pool of nodes ran out, or that adds to the result of a pass that ' +
    'there is not: none since the last CFG, or one that failed',
  unreduced: 'An element from memory, or a word that a node has read for VECTOR or STORE, was not below the modulus',
  overrun: 'A command was pushed into a full FIFO, and is lost',
};

export interface TopShape {
  readonly limb: number;
  readonly nodes: number;
  readonly fifoDepth: number;
}

/** Registers of the design: commands in, and what software sees. */
export function zkflexRegisters(p: TopShape) {
  const value = <const N extends string>(name: N, doc: string, width = 32) =>
    ({ name, doc, fields: [{ name: 'value', width, access: 'ro', doc }] }) as const;
  const error = <const N extends ErrorName>(name: N) => ({ name, access: 'ro', doc: errorDocs[name] }) as const;
  const word = <const I extends number>(i: I) =>
    ({
      name: `word_${i}`,
      fields: [{ name: 'value', width: 32, access: 'rw', doc: `Word ${i} of the next command` }],
    }) as const;
  return {
    name: 'zkflex',
    doc: 'ZK-Flex accelerator',
    registers: [
      {
        name: 'control',
        fields: [
          { name: 'push', access: 'pulse', doc: 'Puts the command of the word registers into the FIFO' },
          { name: 'clear', access: 'pulse', doc: 'After an error: forgets it and all commands that wait' },
        ],
      },
      word(0),
      word(1),
      word(2),
      word(3),
      word(4),
      word(5),
      word(6),
      word(7),
      {
        name: 'status',
        fields: [
          { name: 'busy', access: 'ro', doc: 'A command is being carried out or waits' },
          { name: 'stopped', access: 'ro', doc: 'An error has stopped the design; nothing is under way' },
          { name: 'synced', access: 'w1c', doc: 'A SYNC has been reached' },
          { name: 'configured', access: 'ro', doc: 'A CFG has been carried out' },
        ],
      },
      {
        name: 'errors',
        doc: 'Sticky until `clear`',
        fields: [
          error('bad_operation'),
          error('configuration'),
          error('refused'),
          error('bus_error'),
          error('msm'),
          error('unreduced'),
          error('overrun'),
        ],
      },
      {
        name: 'interrupt',
        doc: 'What raises the interrupt',
        fields: [
          { name: 'synced', access: 'rw', doc: '`status.synced`' },
          { name: 'stopped', access: 'rw', doc: '`status.stopped`' },
        ],
      },
      {
        name: 'waiting',
        fields: [{ name: 'value', width: bitsFor(p.fifoDepth), access: 'ro', doc: 'Commands in the FIFO' }],
      },
      value('tag', 'Tag of the last SYNC'),
      value('completed', 'Commands carried out since reset; at an error: before the one that failed'),
      value('cycles', 'Cycles in which a command was carried out, low half'),
      value('cycles_high', 'High half'),
      value('products', 'Modular products on the lanes of all nodes, low half'),
      value('products_high', 'High half'),
      value('slots', 'Products that the lanes could have taken while a command computed, low half'),
      value('slots_high', 'High half'),
      {
        name: 'shape',
        doc: 'What was built',
        fields: [
          { name: 'limb', width: 9, access: 'ro', doc: 'L' },
          { name: 'nodes', lsb: 16, width: 5, access: 'ro', doc: 'NT' },
          { name: 'depth', lsb: 24, width: 7, access: 'ro', doc: 'Commands that the FIFO holds' },
        ],
      },
    ],
  } as const;
}

/** The names of the word registers. */
export const wordRegisters = Array.from({ length: commandWords }, (_, i) => `word_${i}`);
