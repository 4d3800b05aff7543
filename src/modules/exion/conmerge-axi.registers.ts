// SPDX-License-Identifier: Apache-2.0
import { bitsFor } from '../lib/widths.ts';
import type { ConMergeParams } from './conmerge.params.ts';

/** Registers of the design `conmerge`: control and status of the compactor. The switches are on after reset. */
export function conMergeRegisters(p: ConMergeParams) {
  const counter = <const N extends string>(name: N, doc: string) =>
    ({ name, doc, fields: [{ name: 'count', width: 32, access: 'ro', doc }] }) as const;
  return {
    name: 'conmerge',
    doc: 'ConMerge compactor',
    registers: [
      {
        name: 'control',
        fields: [
          { name: 'start', access: 'pulse', doc: 'Starts the unit that is described in `unit`' },
          { name: 'clear', access: 'pulse', doc: 'Sets all counters to 0' },
        ],
      },
      {
        name: 'unit',
        fields: [
          {
            name: 'columns',
            width: bitsFor(p.columns),
            access: 'rw',
            doc: 'Columns of the unit, ceil(columns / C) beats',
          },
          { name: 'merge', lsb: 24, access: 'rw', reset: 1, doc: '0: every block becomes a control word' },
          { name: 'relocate', lsb: 25, access: 'rw', reset: 1, doc: '0: blocks merge only without conflict' },
          { name: 'sort', lsb: 26, access: 'rw', reset: 1, doc: '0: columns keep their order' },
        ],
      },
      {
        name: 'status',
        fields: [
          { name: 'busy', access: 'ro', doc: 'A unit is being worked on, or waits to be' },
          { name: 'waiting', access: 'ro', doc: 'A started unit is not yet taken; do not start another' },
          { name: 'done', access: 'w1c', doc: 'All units that were started are through' },
          { name: 'overrun', access: 'w1c', doc: 'A start came while another waited and was lost' },
        ],
      },
      counter('units', 'Units completed'),
      counter('words', 'Control words given'),
      counter('cycles_total', 'Cycles with work'),
      counter('cycles_condense', 'Cycles in COND'),
      counter('cycles_sort', 'Cycles in SCATTER'),
      counter('cycles_cvg', 'Cycles in which a vector generator merges'),
      counter('cycles_stall', 'Cycles in which a control word waits'),
    ],
  } as const;
}
