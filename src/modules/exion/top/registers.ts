// SPDX-License-Identifier: Apache-2.0
import { clog2 } from '../../lib/widths.ts';
import { iterationBits } from './dma.ts';
import { pcBits } from './issue.types.ts';

/** Why a run stops, one bit each; in the order of the bits of register `errors`. */
export const errorNames = [
  'bad_operation',
  'refused',
  'sparse_before_dense',
  'bus_error',
  'overflow',
  'beyond',
] as const;

const errorDocs: Readonly<Record<(typeof errorNames)[number], string>> = {
  bad_operation: 'An operation that does not exist, or that is not allowed where it stands',
  refused: 'A unit has refused a command: bad dimensions, or a control map that is not there',
  sparse_before_dense: 'The first iteration of a loop is a sparse one',
  bus_error: 'The memory has answered with an error',
  overflow: 'A sum has left 32 bits',
  beyond: 'An access beyond the scratchpad',
};

export interface TopShape {
  readonly size: number;
  readonly lanes: number;
  readonly cores: number;
  readonly scratchWords: number;
  readonly traceDepth: number;
}

/** Registers of the top: what software does, and what it sees. */
export function topRegisters(p: TopShape) {
  const value = <const N extends string>(name: N, doc: string, width = 32) =>
    ({ name, doc, fields: [{ name: 'value', width, access: 'ro', doc }] }) as const;
  const error = <const N extends (typeof errorNames)[number]>(name: N) =>
    ({ name, access: 'ro', doc: errorDocs[name] }) as const;
  return {
    name: 'exion',
    doc: 'EXION accelerator',
    registers: [
      {
        name: 'control',
        fields: [
          { name: 'start', access: 'pulse', doc: 'Begins the program; while idle' },
          { name: 'clear', access: 'pulse', doc: 'After an error: ready again' },
          {
            name: 'cancel',
            access: 'pulse',
            doc: 'Ends the program: commands under way are completed, then all is as after a reset',
          },
        ],
      },
      {
        name: 'base',
        doc: 'Where the program lies',
        fields: [{ name: 'place', width: 32, access: 'rw', doc: 'Byte address / 64 of the first command' }],
      },
      {
        name: 'first',
        doc: 'Where the loop begins',
        fields: [{ name: 'iteration', width: iterationBits, access: 'rw', doc: 'First iteration' }],
      },
      {
        name: 'status',
        fields: [
          {
            name: 'running',
            access: 'ro',
            doc: 'A program is carried out, or commands of a stopped one are completed',
          },
          { name: 'stopped', access: 'ro', doc: 'An error has stopped the program, and nothing is under way' },
          { name: 'done', access: 'w1c', doc: 'A program has come to its HALT' },
        ],
      },
      {
        name: 'errors',
        doc: 'Sticky until `clear`',
        fields: [
          error('bad_operation'),
          error('refused'),
          error('sparse_before_dense'),
          error('bus_error'),
          error('overflow'),
          error('beyond'),
        ],
      },
      {
        name: 'interrupt',
        doc: 'What raises the interrupt',
        fields: [
          { name: 'done', access: 'rw', doc: '`status.done`' },
          { name: 'stopped', access: 'rw', doc: '`status.stopped`' },
        ],
      },
      {
        name: 'fault',
        doc: 'The first error',
        fields: [
          { name: 'pc', width: pcBits, access: 'ro', doc: 'Number of the command in the program' },
          { name: 'known', lsb: 31, access: 'ro', doc: 'The error belongs to a command: not `overflow` and `beyond`' },
        ],
      },
      value('iteration', 'Iteration of the loop at the head of the program, 0 outside', iterationBits),
      value('cycles', 'Cycles of the program, low half'),
      value('cycles_high', 'Cycles of the program, high half'),
      value('waits_hazard', 'Cycles in which the next command waited for a buffer'),
      value('waits_room', 'Cycles in which the next command waited for room in a queue'),
      value('waits_command', 'Cycles in which there was no next command'),
      {
        name: 'select',
        doc: 'Whose counters are shown',
        fields: [
          { name: 'unit', width: 3, access: 'rw', doc: '0 DMA, 1 loader, 2 SDUE, 3 CAU, 4 EPRE, 5 CFSE' },
          { name: 'core', lsb: 8, width: 5, access: 'rw', doc: 'Core of the unit' },
        ],
      },
      value('busy', 'Cycles in which the selected unit carried out a command'),
      value('stalled', 'Those of them in which nothing moved'),
      value('trace_count', 'Records since the start; record i lies at i mod depth'),
      value('trace_lost', 'Records that were lost'),
      {
        name: 'trace_index',
        fields: [{ name: 'value', width: clog2(p.traceDepth), access: 'rw', doc: 'Place whose record is shown' }],
      },
      value('trace_tag', 'Commands that were carried out before it'),
      {
        name: 'trace_place',
        fields: [
          { name: 'op', width: 8, access: 'ro', doc: 'Operation' },
          { name: 'unit', width: 3, access: 'ro', doc: 'As in `select`' },
          { name: 'core', lsb: 16, width: 5, access: 'ro', doc: 'Core; 0 for the DMA' },
        ],
      },
      value('trace_start', 'Cycle in which the unit took it'),
      value('trace_end', 'Cycle in which it was done'),
      value('trace_stalled', 'Cycles in which nothing moved'),
      value('trace_pc', 'Its number in the program', pcBits),
      {
        name: 'shape',
        doc: 'What was built',
        fields: [
          { name: 'size', width: 8, access: 'ro', doc: 'R = C' },
          { name: 'lanes', width: 9, access: 'ro', doc: 'L' },
          { name: 'cores', lsb: 24, width: 6, access: 'ro', doc: 'Cores' },
        ],
      },
      value('scratch_words', 'Words of the scratchpad'),
    ],
  } as const;
}
