// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, UInt } from '../../dsl/index.ts';
import { roundRobin } from './round-robin.ts';
import { bitsOf, oneHotIndex } from './stream-lists.ts';
import { clog2 } from './widths.ts';

export const RoundRobinArbiterParams = z.strictObject({
  requesters: z.int().min(1).describe('Requesters; with 1 the grant is the request'),
  index: z.boolean().default(true).describe('Adds the number of the owner as an output'),
});

/**
 * Fair arbiter. The grant is combinational from the requests and the state; the state moves on in cycles with `accept`, so
 * without it a lower request that arrives can take the grant over. A requester waits for at most one grant of each of the others.
 *
 * Latency 0 cycles (request to grant), one grant a cycle. State: `requesters` - 1 flip-flops. `index` is 0 where nobody requests.
 */
export const roundRobinArbiter = block(
  'round_robin_arbiter',
  RoundRobinArbiterParams,
  (m, p) => {
    const io = m.ports({
      request: input(UInt(p.requesters), 'One bit a requester'),
      accept: input(Bool, 'The grant is used in this cycle'),
      grant: output(UInt(p.requesters), 'One bit a requester, at most one set'),
      index: output(UInt(p.index ? clog2(p.requesters) : 0), 'Number of the owner'),
    });
    const arbiter = roundRobin(m, 'arbiter', io.request.toBits());
    arbiter.update(io.accept.and(arbiter.any), null);
    m.cover('granted', io.accept.and(arbiter.any));
    io.grant.assign(bitsOf(arbiter.grants));
    if (io.index.width > 0) io.index.assign(oneHotIndex(arbiter.grants, io.index.width));
    return io;
  },
  { doc: 'Fair arbiter: combinational grant, rotating priority.' },
);
