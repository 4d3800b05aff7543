// SPDX-License-Identifier: Apache-2.0
import { block, Bool, flip, type Signal, source, UInt } from '../../../dsl/index.ts';
import { fit } from '../../lib/fit.ts';
import { connect } from '../../lib/connect.ts';
import { join } from '../../lib/join.ts';
import { bitsFor } from '../../lib/widths.ts';
import { ExionCoreParams } from '../core.params.ts';
import {
  inputWords,
  inputWriteType,
  mapCommandType,
  maskBlockReader,
  scratchReader,
  unitPortsOf,
} from '../core.types.ts';
import { flags, ops } from '../isa.ts';
import { chunkReader, mapReader } from '../sdue/sdue.types.ts';
import { cmbuild } from './cmbuild.ts';
import { kbuild } from './kbuild.ts';

const cauFields = ['op', 'flags', 'map', 'n', 'dst', 'srcA', 'maskA'] as const;

/** Command of the unit. */
export const cauCommand = (p: Pick<ExionCoreParams, 'mapBuffers'>) => mapCommandType(p, ...cauFields);

/** Bit of `flags` that says ROW_MASK. */
const rowMaskBit = Math.log2(flags.ROW_MASK);

/**
 * ConMerge assistant unit (paper 4 "CAU"): control maps (CMBUILD), each into one of `mapBuffers` buffers, and K-merge (KBUILD), into one of two.
 *
 * A buffer is invalid from the start of a command for it until its `done`; the others can be read all the time. Refused: operations
 * of other units, a map buffer that is not there, n = 0, n > columns (CMBUILD) or n > depth (KBUILD), mask words beyond the mask memory, and for KBUILD dst + ceil(n / L)
 * beyond IMEM.
 *
 * Cycles from the transfer of the command to `done`: a refused one 3; CMBUILD 3 more than cmbuild.ts says; KBUILD
 * `kBuildCycles` of golden/cau.ts.
 * `stalled`: KBUILD waits for the scratchpad or for IMEM and nothing moves.
 */
export const cau = block(
  'cau',
  ExionCoreParams,
  (m, p) => {
    const io = m.ports({
      ...unitPortsOf(cauCommand(p)),
      mask_read: maskBlockReader(p),
      read: scratchReader(p),
      x_write: source(inputWriteType(p), 'IMEM'),
      maps: flip(mapReader(p)),
      chunks: flip(chunkReader(p)),
    });
    const { cm, km } = m.instances({ cm: cmbuild(p), km: kbuild(p) });
    const { state } = m.fsms({ state: ['IDLE', 'MEASURE', 'CHECK', 'RUN'] });
    const { command } = m.regs({ command: cauCommand(p) });
    const { finished, rejected } = m.regs({ finished: Bool.init(0), rejected: Bool.init(0) });
    const { op, n, map, dst, srcA, maskA } = command;
    const { is_map, is_chunk } = m.nets({ is_map: op.eq(ops.CMBUILD), is_chunk: op.eq(ops.KBUILD) });
    const { row_mask } = m.nets({ row_mask: command.flags.bit(rowMaskBit).and(is_map) });

    // What the command touches, one cycle before it is judged.
    const { mask_end, words } = m.regs({ mask_end: UInt(maskA.width + 1), words: UInt(n.width + 1) });
    mask_end.next(maskA.addFull(row_mask.mux(m.lit(1, n.type), n)));
    words.next(n.addFull(p.lanes - 1).shr(Math.log2(p.lanes)));
    const input_end = dst.addFull(words);
    const { refuse } = m.nets({
      refuse: join<Signal>(n, [
        is_map.or(is_chunk).not(),
        n.eq(0),
        is_map.and(exceeds(n, p.columns)),
        is_chunk.and(exceeds(n, p.depth)),
        exceeds(mask_end, p.maskWords),
        ...(p.mapBuffers > 2 ? [is_map.and(exceeds(map, p.mapBuffers - 1))] : []),
        is_chunk.and(exceeds(input_end, inputWords(p))),
      ]).orR(),
    });
    const { accepts } = m.nets({ accepts: state.is('CHECK').and(refuse.not()) });

    cm.start.assign(accepts.and(is_map));
    cm.buffer.assign(fit(map, cm.buffer.width));
    cm.n.assign(fit(n, cm.n.width));
    cm.row_mask.assign(row_mask);
    cm.mask.assign(fit(maskA, cm.mask.width));
    km.start.assign(accepts.and(is_chunk));
    km.buffer.assign(fit(map, 1));
    km.n.assign(fit(n, km.n.width));
    km.mask.assign(fit(maskA, km.mask.width));
    km.src.assign(srcA);
    km.dst.assign(fit(dst, km.dst.width));

    io.mask_read.enable.assign(cm.mask_read.enable.or(km.mask_read.enable));
    io.mask_read.address.assign(is_map.mux(cm.mask_read.address, km.mask_read.address));
    cm.mask_read.data.assign(io.mask_read.data);
    km.mask_read.data.assign(io.mask_read.data.at(0));
    connect(io.read, km.read);
    io.x_write.from(km.x_write);
    connect(io.maps, cm.maps);
    connect(io.chunks, km.chunks);

    const { ends } = m.nets({ ends: cm.finished.or(km.finished) });
    const { refuses } = m.nets({ refuses: state.is('CHECK').and(refuse) });
    finished.next(ends.or(refuses));
    rejected.next(refuses);
    io.cmd.ready.assign(state.is('IDLE'));
    io.done.assign(finished);
    io.refused.assign(rejected);
    io.busy.assign(state.is('IDLE').not());
    io.stalled.assign(state.is('RUN').and(is_chunk).and(km.moves.not()));
    state.states({
      IDLE: () => {
        m.drive(command, io.cmd.payload);
        m.when(io.cmd.valid, () => state.goto('MEASURE'));
      },
      MEASURE: () => state.goto('CHECK'),
      CHECK: () => m.when(refuse, () => state.goto('IDLE')).otherwise(() => state.goto('RUN')),
      RUN: () => m.when(ends, () => state.goto('IDLE')),
    });
    m.assert('ends_once', cm.finished.and(km.finished).not(), 'both parts end a command');
    return io;
  },
  { doc: 'EXION CAU: control maps and K-merge.' },
);

/** value > limit; a limit that does not fit in the value is never exceeded. */
function exceeds(value: Signal, limit: number): Signal {
  return bitsFor(limit) > value.width ? value.constant(0n, 1) : value.gt(limit);
}
