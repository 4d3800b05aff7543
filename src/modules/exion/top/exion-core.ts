// SPDX-License-Identifier: Apache-2.0
import { block, Bool, output } from '../../../dsl/index.ts';
import { connect } from '../../lib/connect.ts';
import { dsc, unitNames } from '../core/dsc.ts';
import { ExionCoreParams } from '../core.params.ts';
import { scratchReader, scratchWriter } from '../core.types.ts';
import { corePorts, coreQueues, coreReportPorts } from './core-queues.ts';
import { scratchShare } from './scratch-share.ts';

/**
 * A core with what the top needs of it: its units (`dsc`), their queues, and one port of the scratchpad for all of them. Made once and instantiated as
 * often as there are cores.
 */
export const exionCore = block(
  'exion_core',
  ExionCoreParams,
  (m, p) => {
    const io = m.ports({
      ...corePorts,
      ...coreReportPorts,
      read: scratchReader(p),
      write: scratchWriter(p),
      overflow: output(Bool, 'pulse: a sum has left 32 bits'),
    });
    const { units, queues, share } = m.instances({
      units: dsc(p),
      queues: coreQueues({ mapBuffers: p.mapBuffers }),
      share: scratchShare({ size: p.size, readers: 3, writers: 2 }),
    });
    for (const name of unitNames) connect(units[name], queues[name]);
    const { read, write, overflow, ...rest } = io;
    connect(rest, queues);
    overflow.assign(units.overflow);
    [units.loader_read, units.cau_read, units.cfse_read].forEach((from, i) => {
      connect(from, share.unit_read[String(i)]!);
    });
    share.unit_write['0']!.from(units.epre_write);
    share.unit_write['1']!.from(units.cfse_write);
    connect(read, share.read);
    write.from(share.write);
    return io;
  },
  { doc: 'EXION core with the queues of its units and one port of the scratchpad.' },
);
