// SPDX-License-Identifier: Apache-2.0
import type { BlockCall } from '../../src/dsl/index.ts';
import { streamFifo } from '../../src/modules/lib/stream-fifo.ts';
import { streamSkid } from '../../src/modules/lib/stream-skid.ts';
import { streamSlice } from '../../src/modules/lib/stream-slice.ts';
import { arbiterHarness } from './arbiter-harness.ts';
import {
  leadingOneHarness,
  leadingZeroHarness,
  popcountHarness,
  priorityHarness,
  productHarness,
} from './comb-harness.ts';
import { exionProofs } from './exion/exion-proofs.ts';
import type { Law } from './law.ts';
import { passing, pipelineHarness } from './pipeline-harness.ts';
import { streamHarness } from './stream-harness.ts';
import type { Method } from './tools.ts';
import { zkflexProofs } from './zkflex/zkflex-proofs.ts';
import { arithProofs } from './zkflex/arith-proofs.ts';
import { toomProofs } from './zkflex/toom-proofs.ts';

/** One edit of the emitted Verilog that a proof must not survive. */
export interface Bug {
  readonly from: RegExp;
  readonly to: string;
}

interface Claim {
  readonly name: string;
  /** What is proved, for a reader who has not seen the harness. */
  readonly claim: string;
  readonly method: Method;
  /** Runs in every `npm test`. */
  readonly quick: boolean;
}

/** A harness with assertions. */
export interface HarnessProof extends Claim {
  readonly harness: () => BlockCall;
  readonly bug: Bug;
}

/** Assertions about the nets of a combinational block, one after the other and each with its bug. */
export interface InsideProof extends Claim {
  readonly block: () => BlockCall;
  readonly lemmas: readonly Lemma[];
}

export interface Lemma {
  /** Verilog for the inside of the block, in place of the block's own assertions, which speak of inputs that belong together. */
  readonly inside: string;
  /** Nets that may have any value. */
  readonly free: readonly string[];
  readonly bug: Bug;
}

/** A conclusion from what other proofs have shown; the bug is planted in it. */
export interface LawProof extends Claim {
  readonly law: () => Law;
  readonly bug: Bug;
}

export type Proof = HarnessProof | InsideProof | LawProof;

const sat: Method = { kind: 'sat' };
const reach: Method = { kind: 'reach' };

const lawsOfStreams =
  'Nothing is lost, invented, doubled or overtaken; a stalled offer stays; no item is refused while there is room.';

/** A register that keeps its old value in one case where it should not, as a forgotten condition would do. */
const flag = (name: string): Bug => ({
  from: new RegExp(`${name} <= 1'b0;(?![^]*${name} <= 1'b0;)`),
  to: `${name} <= ${name};`,
});

export const proofs: readonly Proof[] = [
  ...[8, 32, 64].map((width): Proof => ({
    name: `leading-one-${width}`,
    claim: `leading_one of ${width} bits finds what a loop over the bits finds.`,
    harness: () => leadingOneHarness(width, 'highest'),
    method: sat,
    bug: { from: /: x\[(\d+)\]\}/, to: ': ~x[$1]}' },
    quick: width === 32,
  })),
  {
    name: 'trailing-one-32',
    claim: 'leading_one of 32 bits from bit 0 finds what a loop over the bits finds.',
    harness: () => leadingOneHarness(32, 'lowest'),
    method: sat,
    bug: { from: /assign valid = /, to: 'assign valid = ~' },
    quick: false,
  },
  {
    name: 'leading-zero-32',
    claim: 'leading_zero of 32 bits counts the zeros before the first one, 32 for 0.',
    harness: () => leadingZeroHarness(32),
    method: sat,
    bug: { from: /assign count = /, to: 'assign count = 1 + ' },
    quick: true,
  },
  ...[6, 16, 24].map((width): Proof => ({
    name: `popcount-${width}`,
    claim: `popcount of ${width} bits is the sum of the bits.`,
    harness: () => popcountHarness(width),
    method: sat,
    bug: { from: / \^ x\[/, to: ' | x[' },
    quick: width === 16,
  })),
  {
    name: 'priority-encoder-32',
    claim: 'priority_encoder of 32 requests gives x & -x, its position, and whether there is a request.',
    harness: () => priorityHarness(32),
    method: sat,
    bug: { from: /assign any = /, to: "assign any = 1'b1 & ~" },
    quick: true,
  },
  ...[false, true].map((signed): Proof => ({
    name: `product-${signed ? 'signed' : 'unsigned'}-6`,
    claim: `The exact ${signed ? 'signed' : 'unsigned'} product of 6 by 6 bits is the sum of shifted rows.`,
    harness: () => productHarness(6, signed),
    method: sat,
    bug: signed ? { from: /\$signed\(a\) \*/, to: 'a *' } : { from: /a \* b/, to: "a * (b | 6'd1)" },
    quick: !signed,
  })),
  ...[2, 4, 5].map((requesters): Proof => ({
    name: `round-robin-${requesters}`,
    claim: `Of ${requesters} requesters none waits for more than ${requesters - 1} grants of others; one grant at most, only to who requests, always if one does.`,
    harness: () => arbiterHarness(requesters),
    method: reach,
    bug: { from: /arbiter_turn <= (?!\d)[^;]*;/, to: 'arbiter_turn <= arbiter_turn;' },
    quick: requesters === 4,
  })),
  stream('skid', streamSkid({ width: 1 }), { capacity: 1, accepts: 1, passesThrough: true }, flag('vacant'), true),
  stream(
    'skid-registered',
    streamSkid({ width: 1, registeredOutput: true }),
    { capacity: 2, accepts: 1, passesThrough: false },
    flag('vacant'),
    true,
  ),
  ...(['forward', 'half'] as const).map((kind) =>
    stream(
      `slice-${kind}`,
      streamSlice({ width: 1, kind }),
      { capacity: 1, accepts: 1, passesThrough: false },
      { from: /data <= /, to: 'data <= ~' },
      false,
    ),
  ),
  ...[1, 2, 3, 4].map((depth) =>
    stream(
      `fifo-${depth}`,
      streamFifo({ width: 1, depth }),
      { capacity: depth, accepts: depth, passesThrough: false },
      depth === 1 ? { from: /data <= /, to: 'data <= ~' } : { from: /vacant <= (?!1'b1)[^;]*;/, to: "vacant <= 1'b1;" },
      depth === 4,
    ),
  ),
  stream(
    'fifo-occupancy-4',
    streamFifo({ width: 1, depth: 4, occupancy: true }),
    { capacity: 4, accepts: 4, passesThrough: false },
    { from: /level <= level \+ 3'd1/, to: "level <= level + 3'd2" },
    false,
  ),
  stream(
    'fifo-block-4',
    streamFifo({ width: 1, depth: 4, storage: 'block' }),
    { capacity: 5, accepts: 4, passesThrough: false },
    { from: /vacant <= (?!1'b1)[^;]*;/, to: "vacant <= 1'b1;" },
    false,
  ),
  stream(
    'fifo-block-register-4',
    streamFifo({ width: 1, depth: 4, storage: 'block', outputRegister: true }),
    { capacity: 6, accepts: 4, passesThrough: false },
    { from: /vacant <= (?!1'b1)[^;]*;/, to: "vacant <= 1'b1;" },
    false,
  ),
  stream(
    'stream-pipeline-2',
    passing({}),
    { capacity: 2, accepts: 0, passesThrough: false },
    { from: /pipe_second <= /, to: 'pipe_second <= ~' },
    true,
  ),
  {
    name: 'pipeline-balance',
    claim:
      'A balanced pipeline of 16-bit values that always moves is the same function without registers, its inputs delayed by the latency.',
    harness: () => pipelineHarness(16, false),
    method: { kind: 'induction', steps: 4 },
    bug: { from: /pipe_a_s2 <= pipe_a_s1/, to: 'pipe_a_s2 <= a' },
    quick: true,
  },
  {
    name: 'pipeline-balance-stalled',
    claim: 'The same with 4-bit values and a stall that holds all stages.',
    harness: () => pipelineHarness(4, true),
    method: reach,
    bug: { from: /pipe_valid_s2 <= pipe_valid_s1/, to: 'pipe_valid_s2 <= pipe_valid_s1 | valid' },
    quick: true,
  },
  ...exionProofs,
  ...zkflexProofs,
  ...arithProofs,
  ...toomProofs,
];

function stream(
  name: string,
  dut: BlockCall,
  how: { readonly capacity: number; readonly accepts: number; readonly passesThrough: boolean },
  bug: Bug,
  quick: boolean,
): Proof {
  return { name, claim: lawsOfStreams, harness: () => streamHarness({ dut, ...how }), method: reach, bug, quick };
}
