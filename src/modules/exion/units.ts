// SPDX-License-Identifier: Apache-2.0
import { type ConMergeResult, conMerge } from './conmerge.golden.ts';
import type { ConMergeParams } from './conmerge.params.ts';
import { type Mask, columnBits } from './golden/bitmask.ts';
import { classify } from './golden/condense.ts';
import { colours } from './golden/placement.ts';
import { allOn, expectedWords, maskItems, type SeenWord, unitItem, type UnitModes } from './stream-items.ts';

/** A unit of work for the compactor: a mask of R rows and up to N columns, and the switches. */
export interface Unit {
  readonly mask: Mask;
  readonly modes: UnitModes;
}

/** What goes into the streams of the compactor for a list of units, and what must come out. */
export interface UnitPlan {
  readonly units: readonly Unit[];
  readonly unitItems: Uint32Array;
  readonly maskItems: Uint32Array;
  readonly beats: number;
  readonly expected: readonly SeenWord[];
  readonly results: readonly ConMergeResult[];
}

/** The golden model with the switches of a command. */
export function mergeUnit({ mask, modes }: Unit, p: ConMergeParams): ConMergeResult {
  return conMerge(mask, { ...p, slots: modes.merge ? p.slots : 1 }, modes);
}

export function planUnits(units: readonly Unit[], p: ConMergeParams): UnitPlan {
  const results = units.map((unit) => mergeUnit(unit, p));
  return {
    units,
    unitItems: joined(units.map(({ mask, modes }) => unitItem(mask.columns, modes))),
    maskItems: joined(units.map(({ mask }) => maskItems(mask, p))),
    beats: units.reduce((sum, { mask }) => sum + beatCount(mask, p), 0),
    expected: results.flatMap(({ words }) => expectedWords(words)),
    results,
  };
}

export function unitsOf(masks: readonly Mask[], modes: UnitModes = allOn): Unit[] {
  return masks.map((mask) => ({ mask, modes }));
}

/** Cycles of the parts of the compactor for one unit when nothing stalls and nothing else is in work. */
export interface UnitCycles {
  readonly condense: number;
  readonly sort: number;
  /** From the cycle that takes the command to the transfer of each word. */
  readonly words: readonly number[];
}

/**
 * The cycle formula of the blocks' doc comments: condense B = ceil(n / C); sort 1 when no class waits, else S + 3 with S = sum over beats
 * of the waiting classes in it; then the last block (later with placement lane and colour), FETCH, and the words' latencies.
 */
export function unitCycles(unit: Unit, p: ConMergeParams): UnitCycles {
  const { mask, modes } = unit;
  const condense = beatCount(mask, p);
  const densest = p.bounds.length;
  let visits = 0;
  for (let beat = 0; beat < condense && modes.sort; beat++) {
    const columns = Array.from({ length: p.cols }, (_, j) => columnBits(mask, beat * p.cols + j));
    const classes = columns.filter((bits) => bits !== 0n).map((bits) => classify(bits, p.bounds));
    visits += new Set(classes.filter((q) => q < densest)).size;
  }
  const sort = visits > 0 ? visits + 3 : 1;
  let at = condense + sort + 3 + laneDelay(unit, p);
  const words = mergeUnit(unit, p).words.map((word) => (at += word.latency));
  return { condense, sort, words };
}

/** Cycles that the last block is later: lanes with more columns than others are emptied after the end of the unit, sub-bank by sub-bank. */
function laneDelay(unit: Unit, p: ConMergeParams): number {
  if (p.placement === 'free') return 0;
  const { kept } = mergeUnit(unit, p);
  const banks = p.placement === 'colour' ? colours : 1;
  const left = Array.from({ length: banks }, (_, bank) => {
    const own = kept.filter((n) => Math.floor(n / p.cols) % banks === bank);
    const counts = Array.from({ length: p.cols }, (_, j) => own.filter((n) => n % p.cols === j).length);
    return own.length === 0 ? 0 : Math.max(1, Math.max(...counts) - Math.min(...counts));
  });
  return left.reduce((sum, blocks) => sum + blocks, 1);
}

function beatCount(mask: Mask, p: ConMergeParams): number {
  return Math.ceil(mask.columns / p.cols);
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
