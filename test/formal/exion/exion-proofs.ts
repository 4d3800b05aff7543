// SPDX-License-Identifier: Apache-2.0
import type { Proof } from '../proofs.ts';
import type { Method } from '../tools.ts';
import { condenseHarness, relocationHarness } from './conmerge-harness.ts';
import { cvgHarness } from './cvg-harness.ts';
import { drainHarness } from './drain-harness.ts';
import { keyMaskHarness, logProductHarness } from './epre-harness.ts';
import { formerHarness } from './former-harness.ts';
import { laneHarness } from './lane-harness.ts';
import { mapMemoryHarness } from './memory-harness.ts';
import { requantiseHarness, roundingHarness } from './requantise-harness.ts';
import { dispatcherHarness, unitQueueHarness } from './scoreboard-harness.ts';
import { sortHarness } from './sort-harness.ts';

const sat: Method = { kind: 'sat' };
const reach: Method = { kind: 'reach' };

const placed =
  'Every kept column of a unit is in one block, in the lane and block that the placement says, with its bits and its id; the last block is marked.';

/** Invariants of the EXION core (paper 8) in small configurations; docs/rationale/exion-core.md has the list of all. */
export const exionProofs: readonly Proof[] = [
  {
    name: 'exion-condense-4x4',
    claim: 'A column is in the one class that its popcount says, and in none without a bit.',
    harness: () => condenseHarness(4, 4, [0, 1, 2]),
    method: sat,
    bug: { from: /keep = \{/, to: 'keep = ~{' },
    quick: true,
  },
  ...(
    [
      [2, [1], 8],
      [3, [1, 2], 4],
    ] as const
  ).map(([rows, bounds, columns]): Proof => ({
    name: `exion-sort-${rows}x2-${columns}`,
    claim: `The sort buffer gives every kept column of a unit once, with its bits, in groups of one class, densest class first, each in the order of its beats, and the end after them in the stated time. Units of up to ${columns} columns of ${rows} rows, 2 a beat, ${bounds.length + 1} classes.`,
    harness: () => sortHarness({ rows, cols: 2, bounds, columns }),
    method: reach,
    bug: { from: /place <= (?!\d)[^;]*;/, to: 'place <= place;' },
    quick: false,
  })),
  {
    name: 'exion-former-free-2x2',
    claim: `${placed} Free placement, units of 2 beats of 2 x 2.`,
    harness: () => formerHarness('free', 2, 2, 2),
    method: reach,
    bug: { from: /held_0 <= /, to: 'held_0 <= ~' },
    quick: true,
  },
  {
    name: 'exion-former-free-2x4',
    claim: `${placed} Free placement, units of 2 beats of 2 rows and 4 columns.`,
    harness: () => formerHarness('free', 2, 4, 2),
    method: reach,
    bug: { from: /held_0 <= /, to: 'held_0 <= ~' },
    quick: false,
  },
  {
    name: 'exion-former-lane-2x2',
    claim: `${placed} Lane placement, units of 2 beats of 2 x 2; a stalled block stays.`,
    harness: () => formerHarness('lane', 2, 2, 2),
    method: reach,
    bug: { from: /has <= /, to: 'has <= ~' },
    quick: false,
  },
  {
    name: 'exion-former-colour-2x2',
    claim: `${placed} Colour placement, units of 2 beats of 2 x 2; blocks of a sub-bank in their order.`,
    harness: () => formerHarness('colour', 2, 2, 2),
    method: reach,
    bug: { from: /( last = \S+) & &\w+;/, to: '$1;' },
    quick: false,
  },
  {
    name: 'exion-former-colour-1x2-5',
    claim: `${placed} Colour placement, units of 5 beats of a row and 2 columns, so that all sub-banks have blocks and one has two.`,
    harness: () => formerHarness('colour', 1, 2, 5),
    method: reach,
    bug: { from: /\s+& ~draining;/, to: ';' },
    quick: false,
  },
  ...[4, 8].map((size): Proof => ({
    name: `exion-relocation-${size}x${size}`,
    claim: `A relocation step of ${size} x ${size} takes the target of the loop of the paper: never the source itself, never a row that serves another.`,
    harness: () => relocationHarness(size, size),
    method: sat,
    bug: { from: /assign none = /, to: 'assign none = ~' },
    quick: size === 4,
  })),
  {
    name: 'exion-cvg-2x2',
    claim:
      'Two arbitrary blocks of 2 x 2 come out with every marked element once and no other, whatever the stalls; xs has a cv that names another row, ws a slot with a column, cv is written once, and a word of one slot is its block: failed attempts leave no trace.',
    harness: () => cvgHarness(2, 2),
    method: reach,
    bug: { from: /added_0 = /, to: 'added_0 = ~' },
    quick: true,
  },
  ...[2, 3].map((buffers): Proof => ({
    name: buffers === 2 ? 'exion-map-memory-2x2' : `exion-map-memory-2x2-${buffers}`,
    claim: `A buffer of CMEM with ${buffers} gives back its words, counts them, and is valid from close to open, whatever goes into the others.`,
    harness: () => mapMemoryHarness(buffers),
    method: reach,
    bug: { from: /valid & /, to: 'valid | ' },
    quick: false,
  })),
  {
    name: 'exion-drain-2x2',
    claim:
      'The drain of any pass of 2 x 2 units writes an element of OMEM once with the result of the unit that works for it, and nothing where none does.',
    harness: () => drainHarness(2),
    method: reach,
    bug: { from: /own_0 <= /, to: 'own_0 <= ~' },
    quick: false,
  },
  {
    name: 'exion-unit-queue',
    claim:
      'A unit gets one command at a time, and the buffers in flight are exactly those of commands that are pushed and not done.',
    harness: unitQueueHarness,
    method: reach,
    bug: { from: /count <= count - 3'd1/, to: 'count <= count' },
    quick: false,
  },
  {
    name: 'exion-scoreboard-2-cores',
    claim:
      'No command leaves the dispatcher while one in flight uses its buffers in a way that forbids it, or without room, or past a fence. Two cores and DMA.',
    harness: dispatcherHarness,
    method: reach,
    bug: { from: /free <= (?!1'b0)[^;]*;/, to: "free <= 1'b1;" },
    quick: true,
  },
  {
    name: 'exion-two-step-product',
    claim:
      'The product of two-step leading-one detection is the product of the truncated integers, for all int8 operands.',
    harness: logProductHarness,
    method: sat,
    bug: { from: / \^ either/, to: ' | either' },
    quick: true,
  },
  {
    name: 'exion-key-mask-4',
    claim: 'A key is in RK exactly when a row tile since the head began has needed it.',
    harness: () => keyMaskHarness(4),
    method: reach,
    bug: { from: /gathered \| /, to: 'gathered & ' },
    quick: true,
  },
  {
    name: 'exion-mask-of-result',
    claim: 'MASK_OUT marks an element exactly when its result is beyond theta in a live row, whatever the sum was.',
    harness: () => laneHarness('mark'),
    method: { kind: 'induction', steps: 6 },
    bug: { from: /limit\)/, to: "17'd3)" },
    quick: true,
  },
  {
    name: 'exion-psub',
    claim: 'P + Qs = Y, exactly, modulo 2^32.',
    harness: () => laneHarness('psub'),
    method: { kind: 'induction', steps: 6 },
    bug: { from: /mode_subtract\}/, to: "1'b0}" },
    quick: true,
  },
  {
    name: 'exion-rounded-shift-24',
    claim:
      'Shift, rounding and clamp of a row of the special function unit: clamp((x + 2^(S-1)) >> S), 24 bits to 4, S = 1 .. 63.',
    harness: () => roundingHarness(24, 4),
    method: { kind: 'induction', steps: 8 },
    bug: { from: /\$signed\(lane_value_coarse\) >>>/, to: '$signed(lane_value_coarse) >>' },
    quick: false,
  },
  {
    name: 'requantise-6x4',
    claim: 'The requantiser is clamp((a M + 2^(S-1)) >> S): 6-bit a, 4-bit M, 4-bit results, S = 1 .. 9.',
    harness: () => requantiseHarness({ accumulator: 6, multiplier: 4, width: 4, minShift: 1, maxShift: 9 }),
    method: sat,
    bug: { from: /assign out = /, to: 'assign out = ~' },
    quick: true,
  },
];
