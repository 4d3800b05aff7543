// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, output, sink, source, UInt } from '../../../dsl/index.ts';
import { axi4CommandType } from '../../lib/axi4-bursts.ts';
import { connect } from '../../lib/connect.ts';
import { scratchBits } from '../core.types.ts';
import { iterationBits } from './dma.ts';
import { issueType } from './issue.types.ts';
import { fetchBeatBits, prefetch, PrefetchParams } from './prefetch.ts';
import { sequencer, SequencerParams } from './sequencer.ts';

export const CommandFetchParams = z.strictObject({ ...PrefetchParams.shape, ...SequencerParams.shape });

/** Reads a program from memory and gives what is to be carried out, in order (`prefetch`, `sequencer`). */
export const commandFetch = block(
  'command_fetch',
  CommandFetchParams,
  (m, p) => {
    const io = m.ports({
      start: input(Bool, 'pulse while idle: begins with the first command'),
      stop: input(Bool, 'ends; what is offered stays offered'),
      base: input(UInt(32), 'byte address of the program / 64'),
      first: input(UInt(iterationBits), 'first iteration'),
      out: source(issueType),
      idle: output(Bool, 'no program, and nothing on its way from memory'),
      iteration: output(UInt(iterationBits), 'iteration of the loop, 0 outside'),
      read_command: source(axi4CommandType({ addressWidth: p.addressWidth, beatBits: fetchBeatBits })),
      read_data: sink(Bundle({ data: UInt(scratchBits(p)), error: Bool, last: Bool })),
    });
    const { ahead, order } = m.instances({
      ahead: prefetch({ size: p.size, addressWidth: p.addressWidth }),
      order: sequencer({ cores: p.cores }),
    });
    order.raw.from(ahead.command);
    connect(order.jump, ahead.jump);
    ahead.stop.assign(order.rest);
    order.start.assign(io.start);
    order.stop.assign(io.stop);
    order.base.assign(io.base);
    order.first.assign(io.first);
    io.out.from(order.out);
    io.idle.assign(order.idle.and(ahead.idle));
    io.iteration.assign(order.iteration);
    io.read_command.from(ahead.read_command);
    ahead.read_data.from(io.read_data);
    return io;
  },
  { doc: 'EXION command fetch: reads a program from memory and carries out its loop and predicates.' },
);
