// SPDX-License-Identifier: Apache-2.0
import { block, sink } from '../../../../src/dsl/index.ts';
import { conMergeOf } from '../../../../src/modules/exion/cau/cau.types.ts';
import { connect } from '../../../../src/modules/lib/connect.ts';
import { conMerge } from '../../../../src/modules/exion/conmerge.ts';
import { maskBeatType, unitType } from '../../../../src/modules/exion/conmerge.types.ts';
import { ExionCoreParams } from '../../../../src/modules/exion/core.params.ts';
import { mappedArray, mappedArrayPorts } from './mapped-array.ts';

/**
 * The compactor in front of the array with two map buffers: C mask columns a cycle come in, units of work one after the other, so that a unit is condensed,
 * and with NCVG > 1 merged, while those before it are merged or wait for a buffer.
 */
export const streamedArray = block(
  'streamed_array',
  ExionCoreParams,
  (m, p) => {
    const shape = conMergeOf(p);
    const { word: _word, ...ports } = mappedArrayPorts(p);
    const io = m.ports({
      unit: sink(unitType(p.columns), 'units of work'),
      mask: sink(maskBeatType(shape), 'their masks, C columns a beat'),
      ...ports,
    });
    const { merger, array } = m.instances({ merger: conMerge(shape), array: mappedArray(p) });
    merger.unit.from(io.unit);
    merger.mask.from(io.mask);
    merger.clear.assign(0);
    const { word, ...rest } = array;
    word.from(merger.word);
    connect(Object.fromEntries(Object.keys(ports).map((name) => [name, io[name as keyof typeof ports]])), rest);
    return io;
  },
  { doc: 'Compactor, map buffers and array unit of EXION as a stream.' },
);
