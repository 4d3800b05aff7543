// SPDX-License-Identifier: Apache-2.0
import Table from 'cli-table3';
import type { ModuleFrequency } from '../synth/frequency.ts';

/** One row for each module that was placed and routed, or that is too large. */
export function frequencyTable(found: readonly ModuleFrequency[]): string {
  const table = new Table({
    head: ['module', 'MHz', 'cells', 'BRAM', 'levels', 'logic ns', 'routing ns', 'from', 'to'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { module, result } of found) {
    if (result === null) table.push([module, 'too large', '', '', '', '', '', '', '']);
    else if (!result.fits) table.push([module, 'too large', result.cells, result.blockRams, '', '', '', '', '']);
    else {
      const { mhz, cells, blockRams, path } = result;
      const delays = [path.logicNs.toFixed(1), path.routingNs.toFixed(1)];
      table.push([module, mhz.toFixed(1), cells, blockRams, path.levels, ...delays, path.from, path.to]);
    }
  }
  return table.toString();
}
