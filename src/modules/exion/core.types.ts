// SPDX-License-Identifier: Apache-2.0
import {
  Bool,
  Bundle,
  type BundleType,
  input,
  output,
  sink,
  source,
  UInt,
  type UIntType,
  Vec,
} from '../../dsl/index.ts';
import { clog2 } from '../lib/widths.ts';
import type { ExionCoreParams } from './core.params.ts';
import { commandFields, type FieldName } from './isa.ts';

/** Interfaces between the units of an EXION core; docs/rationale/exion-core.md has their laws. */

/** Address bits of the scratchpad, wherever it is narrower in fact. */
export const scratchAddressBits = 26;

export type Size = Pick<ExionCoreParams, 'size'>;

/** Bits of a scratchpad word: a column of R int32. */
export const scratchBits = ({ size }: Size): number => 32 * size;

/** Chosen fields of a command, as a unit takes them. */
export function commandType<const N extends FieldName>(...names: readonly N[]): BundleType<Record<N, UIntType>> {
  const fields = commandFields.filter(({ name }) => (names as readonly string[]).includes(name));
  return Bundle(Object.fromEntries(fields.map(({ name, width }) => [name, UInt(width)])) as Record<N, UIntType>);
}

/** Chosen fields of a command of a unit of control maps: `map` is the whole number of the buffer, 1 bit where there are two, else 7. */
export function mapCommandType<const N extends FieldName>(
  { mapBuffers }: Pick<ExionCoreParams, 'mapBuffers'>,
  ...names: readonly N[]
): BundleType<Record<N, UIntType>> {
  return Bundle({ ...commandType(...names).fields, map: UInt(mapBuffers > 2 ? 7 : 1) });
}

/** What every unit has beside its memories: commands in, and what the dispatcher and the counters need to know. */
export function unitPorts<const N extends FieldName>(...names: readonly N[]) {
  return unitPortsOf(commandType(...names));
}

/** The same for a command of another form. */
export function unitPortsOf<const F extends Record<string, UIntType>>(command: BundleType<F>) {
  return {
    cmd: sink(command, 'commands, one at a time'),
    done: output(Bool, 'pulse: the command is complete, all it wrote can be read'),
    refused: output(Bool, 'with done: the command was not carried out, its dimensions are bad'),
    busy: output(Bool, 'a command is being carried out'),
    stalled: output(Bool, 'busy, but nothing moves in this cycle: waits for a memory or another unit'),
  };
}

/** Reads of the scratchpad, seen from the unit. Answers come in the order of the requests and cannot be held back. */
export function scratchReader(p: Size) {
  return {
    request: source(UInt(scratchAddressBits), 'word to read'),
    answer: { valid: input(Bool), data: input(UInt(scratchBits(p)), 'the word') },
  };
}

export function scratchWriteType(p: Size) {
  return Bundle({
    address: UInt(scratchAddressBits),
    data: UInt(scratchBits(p)),
    /** One bit a byte. */
    mask: UInt(scratchBits(p) / 8),
  });
}

/** Writes of the scratchpad, seen from the unit. A write is visible to reads that are requested after its transfer. */
export function scratchWriter(p: Size) {
  return source(scratchWriteType(p), 'bytes to write');
}

/** A read port of the mask memory, seen from the unit: the word is there one cycle after `enable`, and stays. */
export function maskReader(p: Pick<ExionCoreParams, 'size' | 'maskWords'>) {
  return {
    enable: output(Bool),
    address: output(UInt(clog2(p.maskWords))),
    data: input(UInt(p.size), 'column word, bit i = row i'),
  };
}

/** A read port of the mask memory for C words at once, seen from the unit: likewise. Words beyond the memory are anything. */
export function maskBlockReader(p: Pick<ExionCoreParams, 'size' | 'maskWords'>) {
  return {
    enable: output(Bool),
    address: output(UInt(clog2(p.maskWords))),
    data: input(Vec(p.size, UInt(p.size)), 'column words from that address on'),
  };
}

export function maskWriteType(p: Pick<ExionCoreParams, 'size' | 'maskWords'>) {
  return Bundle({ address: UInt(clog2(p.maskWords)), data: UInt(p.size) });
}

export function maskWriter(p: Pick<ExionCoreParams, 'size' | 'maskWords'>) {
  return source(maskWriteType(p), 'mask column words');
}

/** Words of IMEM: two buffers of the longest contraction. */
export const inputWords = ({ depth, lanes }: Pick<ExionCoreParams, 'depth' | 'lanes'>): number => (2 * depth) / lanes;

/** A write of an input memory (IMEM): bytes `bytes` of the word in the banks `rows`. */
export function inputWriteType(p: Pick<ExionCoreParams, 'size' | 'lanes' | 'depth'>) {
  return Bundle({
    address: UInt(clog2(inputWords(p))),
    rows: UInt(p.size),
    bytes: UInt(p.lanes),
    data: Vec(p.size, UInt(8 * p.lanes)),
  });
}

/** A write of a weight memory (WMEM): bytes `bytes` of the word in the lanes `lanes`. */
export function weightWriteType(p: Pick<ExionCoreParams, 'size' | 'lanes' | 'weightWords'>) {
  return Bundle({
    address: UInt(clog2(p.weightWords)),
    lanes: UInt(p.size),
    bytes: UInt(p.lanes),
    data: Vec(p.size, UInt(8 * p.lanes)),
  });
}

/** An entry of the parameter memory: what a column is offset and scaled by. */
export const columnParamType = Bundle({ offset: UInt(32), gain: UInt(16) });

/** Numbers of a chunk of K-merge: word of the weight column (f / L) for each slot and lane; slot of each DPU row and lane. */
export function chunkType(p: Pick<ExionCoreParams, 'size' | 'lanes' | 'slots' | 'depth'>) {
  return Bundle({
    words: Vec(p.slots, Vec(p.lanes, UInt(clog2(p.depth / p.lanes)))),
    /** Bit planes: bit b of the slot of (row i, lane l) is bit l of ws[i][b]; 0 where nothing is marked. */
    ws: Vec(p.size, Vec(clog2(p.slots), UInt(p.lanes))),
  });
}
