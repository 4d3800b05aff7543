// SPDX-License-Identifier: Apache-2.0
import { asyncFifo } from './async-fifo.ts';
import { axiStreamSink, axiStreamSource } from './axi-stream.ts';
import { axi4Bursts } from './axi4-bursts.ts';
import { axi4Read } from './axi4-read.ts';
import { axi4Write } from './axi4-write.ts';
import { axiLiteRegs } from './axi-lite-regs.ts';
import { bankedMemory } from './banked-memory.ts';
import { catalogued, type CatalogueEntry } from './catalogue.ts';
import type { RegisterMap } from './register-map.ts';
import { roundRobinArbiter } from './round-robin-arbiter.ts';
import { streamArbiter } from './stream-arbiter.ts';
import { streamCrossbar } from './stream-crossbar.ts';
import { streamDownsize } from './stream-downsize.ts';
import { streamFifo } from './stream-fifo.ts';
import { streamFork } from './stream-fork.ts';
import { streamJoin } from './stream-join.ts';
import { streamSkid } from './stream-skid.ts';
import { sliceKinds, streamSlice } from './stream-slice.ts';
import { streamUpsize } from './stream-upsize.ts';
import { bitSynchroniser, resetSynchroniser } from './synchronisers.ts';

const sampleMap: RegisterMap = {
  name: 'sample',
  registers: [
    {
      name: 'control',
      fields: [
        { name: 'start', access: 'pulse' },
        { name: 'mode', width: 4, access: 'rw' },
      ],
    },
    {
      name: 'status',
      fields: [
        { name: 'busy', access: 'ro' },
        { name: 'error', access: 'w1c' },
      ],
    },
  ],
};

/** Streams, queues, arbiters, crossings and bus adapters. */
export const streamCatalogue: readonly CatalogueEntry[] = [
  catalogued(
    streamSkid,
    [{ width: 32, registeredOutput: true }, { width: 32 }, { width: 1, registeredOutput: true }, { width: 0 }],
    {
      latency: 'registeredOutput ? 1 : 0',
      throughput: '1 item a cycle',
      law: 'out carries the items of in in order; in.ready comes from a register',
    },
  ),
  catalogued(
    streamSlice,
    sliceKinds.map((kind) => ({ width: 32, kind })),
    {
      latency: 'forward, half, full 1; none, backward 0',
      throughput: '1 item a cycle; half 1/2',
      law: 'out carries the items of in in order; forward cuts valid and payload, backward ready, half and full both',
    },
  ),
  catalogued(
    streamFifo,
    [
      { width: 32, depth: 16 },
      { width: 32, depth: 512 },
      { width: 32, depth: 512, outputRegister: true, occupancy: true, flush: true },
      { width: 32, depth: 13, occupancy: true },
      { width: 32, depth: 2 },
      { width: 32, depth: 1 },
      { width: 32, depth: 0 },
      { width: 0, depth: 4 },
    ],
    {
      latency: 'depth 0: 0; block RAM 2, with outputRegister 3; else 1',
      throughput: '1 item a cycle; depth 1: 1/2',
      law: 'out carries the items of in in order; accepts exactly its capacity while out stalls',
    },
  ),
  catalogued(
    streamFork,
    [
      { width: 32, outputs: 3 },
      { width: 32, outputs: 3, mode: 'lazy' },
      { width: 32, outputs: 1 },
    ],
    {
      latency: '0',
      throughput: '1 item a cycle',
      law: 'every output carries every item of in exactly once, in order',
    },
  ),
  catalogued(
    streamJoin,
    [
      { width: 32, inputs: 2 },
      { width: 32, inputs: 1 },
    ],
    { latency: '0', throughput: '1 item a cycle', law: 'item n of out is the vector of the items n of all inputs' },
  ),
  catalogued(
    streamUpsize,
    [
      { width: 32, ratio: 4 },
      { width: 8, ratio: 4, packets: true },
      { width: 8, ratio: 3, packets: true },
      { width: 32, ratio: 1 },
    ],
    {
      latency: 'ratio 1: 0; else 1 from the last narrow word',
      throughput: '1 narrow word a cycle',
      law: 'out carries the words of in, ratio at a time, the first in the low bits; last closes a wide word',
    },
  ),
  catalogued(
    streamDownsize,
    [
      { width: 32, ratio: 4 },
      { width: 8, ratio: 4, packets: true },
      { width: 32, ratio: 1 },
    ],
    {
      latency: '0',
      throughput: '1 narrow word a cycle',
      law: 'out carries the kept words of in, low bits first; last goes to the last of them',
    },
  ),
  catalogued(
    roundRobinArbiter,
    [{ requesters: 16 }, { requesters: 16, index: false }, { requesters: 5 }, { requesters: 1 }],
    {
      latency: '0',
      throughput: '1 grant a cycle',
      law: 'grant is the first request after the last accepted owner; each waits for at most requesters - 1 others',
    },
  ),
  catalogued(
    streamArbiter,
    [
      { width: 32, inputs: 4 },
      { width: 32, inputs: 4, lock: true, source: true },
      { width: 32, inputs: 1 },
    ],
    {
      latency: '0',
      throughput: '1 item a cycle',
      law: 'out carries the items of all inputs, those of one input in order, packets whole with lock; round robin',
    },
  ),
  catalogued(
    streamCrossbar,
    [
      { width: 32, inputs: 4, outputs: 4 },
      { width: 32, inputs: 3, outputs: 5, source: true },
      { width: 32, inputs: 1, outputs: 1 },
    ],
    {
      latency: '0',
      throughput: 'up to min(inputs, outputs) items a cycle',
      law: 'every item leaves at the output that its destination names; items of one pair keep their order',
    },
  ),
  catalogued(
    bankedMemory,
    [
      { width: 32, depth: 1024, banks: 4, ports: 4, granule: 8 },
      { width: 16, depth: 100, banks: 2, ports: 3 },
      { width: 32, depth: 256, banks: 1, ports: 1 },
    ],
    {
      latency: '1 from a taken read to its response',
      throughput: 'up to min(ports, banks) accesses a cycle; conflicts stall',
      law: 'a read gives the last word that was written before the cycle in which it was taken',
    },
  ),
  catalogued(
    asyncFifo,
    [
      { width: 32, depth: 16 },
      { width: 32, depth: 512 },
      { width: 32, depth: 1 },
    ],
    {
      latency: '1 write clock and stages + 2 read clocks',
      throughput: '1 item a cycle of the slower clock from depth 8 on',
      law: 'out carries the items of in in order, whatever the clocks',
    },
  ),
  catalogued(bitSynchroniser, [{}, { stages: 3, initial: 1 }], {
    latency: 'stages',
    throughput: 'one change in stages + 1 cycles',
    law: 'out follows in',
  }),
  catalogued(resetSynchroniser, [{}, { stages: 4 }], {
    latency: 'stages',
    throughput: '-',
    law: 'reset is active with the raw reset and falls stages edges after it',
  }),
  catalogued(axiStreamSource, [{ width: 32 }, { width: 12, keep: false, last: false }], {
    latency: '0',
    throughput: '1 transfer a cycle',
    law: 'wires from AXI4-Stream ports to a stream',
  }),
  catalogued(axiStreamSink, [{ width: 32 }, { width: 12, keep: false, last: false }], {
    latency: '0',
    throughput: '1 transfer a cycle',
    law: 'wires from a stream to AXI4-Stream ports',
  }),
  catalogued(
    axi4Bursts,
    [
      { addressWidth: 40, dataWidth: 512, beatBits: 24 },
      { addressWidth: 32, dataWidth: 64, maxBurst: 16, beatBits: 16 },
      { addressWidth: 32, dataWidth: 32, maxBurst: 1, beatBits: 4 },
    ],
    {
      latency: '2 from the command to its first burst',
      throughput: '1 burst in 2 cycles',
      law: 'the bursts cover the beats of the command in order; none crosses a block of maxBurst beats or 4 KiB',
    },
  ),
  catalogued(
    axi4Read,
    [
      { addressWidth: 40, dataWidth: 512, beatBits: 24, clients: 2 },
      { addressWidth: 32, dataWidth: 64, maxBurst: 16, beatBits: 16 },
    ],
    {
      latency: '3 from the command to its first address; 0 from the bus to data',
      throughput: '1 beat a cycle',
      law: 'data_i carries the beats of the commands of client i in order, each with its error bit',
    },
  ),
  catalogued(
    axi4Write,
    [
      { addressWidth: 40, dataWidth: 512, beatBits: 24 },
      { addressWidth: 32, dataWidth: 64, maxBurst: 16, beatBits: 16, idWidth: 4 },
    ],
    {
      latency: '3 from the command to its first address and data; done 2 after the last response',
      throughput: '1 beat a cycle',
      law: 'the beats of data are written from the address on; done says that all of them are answered',
    },
  ),
  {
    name: axiLiteRegs.block.name,
    make: axiLiteRegs,
    configurations: [sampleMap],
    latency: '1 from a pair of address and data to its response, 1 from a read address to its data',
    throughput: '1 write and 1 read a cycle',
    law: 'registers behave as their access kinds say; every access is answered',
  },
];
