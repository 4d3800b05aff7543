// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, type ModuleBuilder, output, type Ports, UInt, Vec } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { placements, subBanks } from '../core.params.ts';
import { colourBanks } from './weight-colours.ts';
import { copiedBanks } from './weight-copies.ts';

export const WeightLaneParams = z
  .strictObject({
    lanes: z.int().min(1).max(256).describe('L: bytes of a word'),
    slots: z.int().min(1).max(4).describe('M: words read a cycle'),
    words: z.int().min(2).max(65536).describe('words of a lane of WMEM'),
    sources: z.int().min(1).max(64).describe('lanes of WMEM that this one reads: all with free placement, else 1'),
    placement: z.enum(placements).describe('how the read ports are made'),
  })
  .refine((p) => p.placement !== 'colour' || p.words >= subBanks, 'colour placement needs a word in each sub-bank');
export type WeightLaneParams = z.output<typeof WeightLaneParams>;

export const weightLanePorts = (p: WeightLaneParams) => {
  const address = UInt(clog2(p.words));
  return {
    write: {
      sources: input(UInt(p.sources), 'bit b: lane b of WMEM is written'),
      address: input(address),
      bytes: input(UInt(p.lanes), 'one bit a byte'),
      data: input(Vec(p.sources, UInt(8 * p.lanes))),
    },
    read: {
      enable: input(UInt(p.slots), 'bit s: reads for slot s'),
      word: input(Vec(p.slots, address), 'word for each slot'),
      from: input(Vec(p.slots, UInt(clog2(p.sources))), 'and its lane of WMEM'),
      chunked: input(Bool, 'K-merge: each byte has a word of its own'),
      chunk: input(Vec(p.slots, Vec(p.lanes, address)), 'word for each slot and byte'),
    },
    data: output(Vec(p.slots, UInt(8 * p.lanes)), 'words of the slots, one cycle after read.enable'),
  };
};
export type WeightLanePorts = Ports<ReturnType<typeof weightLanePorts>>;

/** Describes the memories of a lane; gives byte l of slot s. */
export type WeightBanks = (m: ModuleBuilder, p: WeightLaneParams, io: WeightLanePorts) => void;

/**
 * Weights of one lane of the array (paper 4 "WMEM"): M words of L bytes a cycle from a lane of WMEM, or with free placement from any. Each
 * byte is a memory of its own, as K-merge reads another word for each. In OSPARSE and DENSE the bytes of a slot have one address.
 *
 * Write: a word with byte enables a cycle, always. Read: data one cycle after `read.enable[s]`; of a slot without enable undefined, and
 * so is a word that is written and read in one cycle.
 * - lane: M copies of the lane, one for each slot. Bits: M x words x 8L.
 * - free: M copies of all lanes. Bits: M x C x words x 8L; for small arrays.
 * - colour: one copy in 4 sub-banks, word w in sub-bank w mod 4, each with one read port; words of the slots that count must lie in distinct
 *   sub-banks, else the lowest slot wins. Bits: words x 8L.
 *
 * Path: address registers of the array unit, 2:1 (colour: and M:1) multiplexer, address of a memory.
 */
export const weightLane = block(
  'weight_lane',
  WeightLaneParams,
  (m, p) => {
    const io = m.ports(weightLanePorts(p));
    const describe: WeightBanks = p.placement === 'colour' ? colourBanks : copiedBanks;
    describe(m, p, io);
    return io;
  },
  { doc: 'Weight memory of one lane of the array: a byte memory for each lane of a dot-product unit.' },
);
