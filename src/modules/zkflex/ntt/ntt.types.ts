// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, input, output, sink, source, UInt, Vec } from '../../../dsl/index.ts';
import { TCoreParams } from '../tcore.params.ts';
import { laneClient } from '../tcore.types.ts';
import { addressBits, butterflies, nodeBits, type NttParams, nttWordBits, twiddleBits } from './ntt.params.ts';

/** What a node does with n = 2^log2n words, by number. */
export const nttOps = {
  /** Transform of natural order to bit-reversed order, u + v and (u - v) w. */
  DIF: 0,
  /** Transform of bit-reversed order to natural order, u + t w and u - t w. */
  DIT: 1,
  /** dst[i + 2^j] = dst[i] c[j], dst[0] = src[0]: first * inc^i for c[j] = inc^(2^j), bit-reversed with the c[j] in reverse order. */
  POWERS: 2,
  /** dst[i] = src[i] second[i]: also the scale by a vector. */
  MUL: 3,
  ADD: 4,
  SUB: 5,
  COPY: 6,
} as const;
export type NttOp = keyof typeof nttOps;

/** Bits of log2n. */
export const log2Bits = 6;

/** Parameters of the TCore that a node computes with. */
export const coreParams = (p: Pick<NttParams, 'limb' | 'pipeline' | 'laneTag'>): TCoreParams =>
  TCoreParams.parse({ limb: p.limb, pipeline: p.pipeline, tagBits: p.laneTag });

/** Addresses of data and of twiddles have one type on the ports. */
export const portAddress = (p: NttParams) => UInt(Math.max(addressBits(p), twiddleBits(p)));

export function nttCommandType(p: NttParams) {
  const address = portAddress(p);
  return Bundle({
    op: UInt(4),
    log2n: UInt(log2Bits),
    /** 2^log2batch vectors of n words side by side, each for itself; not for POWERS. */
    log2batch: UInt(log2Bits),
    /** A multiple of the size of the batch in data memory. */
    src: address,
    /** As src; may be src. */
    dst: address,
    /** MUL, ADD, SUB: the second operand, as src. Else the table in the twiddle memory. */
    second: address,
    /** DIF, DIT: the table has 2^p words for each pair bit p, at 2^p, not n/2 words for all stages. */
    perStage: Bool,
    /** DIF, DIT: over all nodes, with n points each; implies perStage. */
    across: Bool,
  });
}

/** One word of data or twiddle memory. */
export function nttWriteType(p: NttParams) {
  return Bundle({ twiddle: Bool, address: portAddress(p), data: UInt(nttWordBits(p)) });
}

export function nttReadType(p: NttParams) {
  return Bundle({ twiddle: Bool, address: portAddress(p) });
}

/** What a node sends into the NoC: one operand of each of the butterflies that it reads in a cycle. Without other nodes there is nothing. */
export function exchangeType(p: NttParams) {
  const some = p.nodes > 1 ? 1 : 0;
  return Bundle({ valid: UInt(some), words: Vec(some * butterflies, UInt(nttWordBits(p))) });
}

/** Ports of `ntt_node`. */
export function nttPorts(p: NttParams) {
  const k = nodeBits(p);
  return {
    command: sink(nttCommandType(p), 'carried out in order, one at a time'),
    done: output(Bool, 'pulse: the command is complete and its results are in memory'),
    refused: output(Bool, 'with done: nothing was changed'),
    busy: output(Bool, 'a command is in work'),
    clear: input(Bool, 'forgets unreduced'),
    unreduced: output(
      Bool,
      'a word that was read was not below the modulus, until clear; up with done, or 9 cycles after a read of the host',
    ),
    field: {
      mode: input(UInt(2), 'as TCore is configured; may change only while not busy'),
      modulus: input(UInt(nttWordBits(p))),
      twoAdicity: input(UInt(log2Bits), 'transforms have at most 2^twoAdicity points'),
    },
    write: sink(nttWriteType(p), 'from the host; taken while no command is in work'),
    read: sink(nttReadType(p), 'from the host; taken while no command is in work'),
    data: source(UInt(nttWordBits(p)), 'answers of read, in order'),
    lanes: laneClient(coreParams(p)),
    node: input(UInt(k), 'number of this node; constant'),
    exchange: {
      swap: output(UInt(k), 'bit j: words go to the node whose number differs in bit j'),
      out: output(exchangeType(p)),
      in: input(exchangeType(p), 'k + 1 cycles after all nodes have sent'),
    },
  };
}
