// SPDX-License-Identifier: Apache-2.0
import { ConMergeParams, conMergePresets } from '../../../src/modules/exion/conmerge.params.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { allOn, type UnitModes } from '../../../src/modules/exion/stream-items.ts';
import type { Unit } from '../../../src/modules/exion/units.ts';
import type { StallPattern } from '../../../src/sim/engine.ts';

/** Configurations that the compactor is compared in: the presets and the degenerate ones. */
export const configurations: Record<string, ConMergeParams> = Object.fromEntries(
  Object.entries({
    main: conMergePresets.main,
    tiny: conMergePresets.tiny,
    'three generators': { ...conMergePresets.tiny, ncvg: 3 },
    'one row': { rows: 1, cols: 4, slots: 3, tries: 2, bounds: [0], columns: 40 },
    'one lane': { rows: 4, cols: 1, slots: 3, tries: 2, bounds: [1], columns: 20, ncvg: 2 },
    'one row, one lane': { rows: 1, cols: 1, slots: 2, tries: 1, bounds: [], columns: 9 },
    'one slot': { rows: 4, cols: 4, slots: 1, tries: 2, bounds: [1], columns: 64 },
    'more tries than blocks': { rows: 5, cols: 3, slots: 4, tries: 16, bounds: [0, 1, 2], columns: 30 },
    'one try, many slots': { rows: 7, cols: 5, slots: 16, tries: 1, bounds: [2], columns: 130, idWidth: 12 },
    'wide, no classes': { rows: 3, cols: 40, slots: 2, tries: 3, bounds: [], columns: 70 },
    'fewer columns than lanes': { rows: 4, cols: 4, slots: 3, tries: 2, bounds: [1], columns: 3 },
  }).map(([name, p]) => [name, ConMergeParams.parse(p)]),
);

const merely = (modes: Partial<UnitModes>): UnitModes => ({ ...allOn, ...modes });

/** Every combination of switches. */
export const allModes: readonly UnitModes[] = [
  allOn,
  merely({ sort: false }),
  merely({ relocate: false }),
  merely({ relocate: false, sort: false }),
  merely({ merge: false }),
  merely({ merge: false, sort: false }),
];

type MakeMask = (seed: number, rows: number, columns: number, density: number) => masks.Mask;

const makers: readonly MakeMask[] = [
  masks.iidMask,
  masks.columnClusteredMask,
  masks.rowClusteredMask,
  (seed, rows, columns, density) => masks.fewRowsMask(seed, rows, columns, 1 + (seed % Math.min(3, rows)), density),
  (seed, rows, columns, density) => masks.topKMask(seed, rows, columns, Math.round(density * columns), 3),
];

const densities = [0.05, 0.3, 0.1, 0.5, 0.2, 0.03, 0.9, 0.15];

/** Units of all kinds and sizes, deterministic. Among them empty and full masks, no columns at all, and partial beats. */
export function mixedUnits(p: ConMergeParams, count: number, seed = 1): Unit[] {
  return Array.from({ length: count }, (_, i) => {
    const k = seed * 1000 + i;
    const modes = i % 3 === 2 ? allModes[i % allModes.length]! : allOn;
    const columns = i % 4 === 0 ? p.columns : (i * 7919) % (p.columns + 1);
    if (i % 11 === 7) return { mask: masks.iidMask(k, p.rows, columns, i % 2), modes };
    const make = makers[i % makers.length]!;
    return { mask: make(k, p.rows, columns, densities[i % densities.length]!), modes };
  });
}

/** Stalls on the command, mask and word streams. */
export function stalls(seed: number, mask: number, word: number): [StallPattern, StallPattern, StallPattern] {
  const pattern = (of: number, share: number): StallPattern =>
    share === 0 ? { kind: 'none' } : { kind: 'random', seed: of, threshold: Math.round(share * 65536) };
  return [pattern(seed, mask), pattern(seed + 100, mask), pattern(seed + 200, word)];
}

/** The directed cases of paper 8, as rows of a 4-row mask. */
export const directed: Record<string, readonly string[]> = {
  'worked vector': ['000000000001', '000000000110', '100101110001', '001010011010'],
  'two identical full rows': ['11111111', '11111111', '00000000', '00000000'],
  'checkerboard and inverse': ['10100101', '01011010', '10100101', '01011010'],
  'three full columns in one lane': ['100010001000', '100010001000', '100010001000', '100010001000'],
  'a conflict that needs two targets': ['11111111', '11000000', '00110000', '00000000'],
  'tie on gain': ['11110000', '00001111', '00000000', '00000000'],
  'fail after a partial relocation': ['111111111111', '111100110011', '111100001100', '000011110000'],
  'single block': ['1000', '0100', '0010', '0001'],
  'single column': ['1', '0', '1', '1'],
  'padded last block as partner': ['1111100000', '0000010000', '0000000000', '1000000001'],
};

/** Table of paper 3.3: blocks executed / dense blocks, and CVG cycles a block of merge with cv. */
export const ratioTable = [
  { sparsity: 0.7, condense: 1.0, mergeNoCv: 0.99, mergeCv: 0.56, cvNoSort: 0.72, cycles: 26 },
  { sparsity: 0.8, condense: 0.97, mergeNoCv: 0.94, mergeCv: 0.42, cvNoSort: 0.47, cycles: 24 },
  { sparsity: 0.9, condense: 0.82, mergeNoCv: 0.71, mergeCv: 0.28, cvNoSort: 0.28, cycles: 11 },
  { sparsity: 0.95, condense: 0.56, mergeNoCv: 0.43, mergeCv: 0.19, cvNoSort: 0.19, cycles: 7 },
  { sparsity: 0.97, condense: 0.39, mergeNoCv: 0.29, mergeCv: 0.14, cvNoSort: 0.14, cycles: 6 },
] as const;
