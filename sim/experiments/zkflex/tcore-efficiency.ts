// SPDX-License-Identifier: Apache-2.0
import { leaf } from '../../../src/modules/zkflex/mul/leaf.ts';
import { modes } from '../../../src/modules/zkflex/tcore.params.ts';
import { tcore } from '../../../src/modules/zkflex/tcore/tcore.ts';
import type { Cell, Experiment, Finding, PlotPoint } from '../experiment.ts';
import { resourcesOf } from './tcore-cores.ts';

/** Transistors a mm2 that a 7 nm process is said to reach in logic; a placed design has a good deal fewer. */
const density = 91e6;
const clock = 1e9;

/** GenZA, 7 nm, 1 GHz: area of a pipelined multiplier, one modular product a cycle (GenZA table VII). */
const published = { 384: 0.069, 768: 0.263 } as const;

export const areaEfficiency: Experiment = {
  system: 'zkflex',
  number: 9,
  name: 'area-efficiency',
  title: 'Modular products a second and mm2',
  published:
    '3.8x (system); GenZA: a pipelined modular multiplier of 384 bits in 69k um2, of 768 in 263k um2, 7 nm, 1 GHz',
  method: `Transistors of the whole core (L = 128, without words) as Yosys counts them in simple CMOS gates, flip-flops 16, 6 for a bit of the memories in which T waits (--quick: L = 16). Area: these at ${density / 1e6} million a mm2, the peak of a 7 nm process; clock: ${clock / 1e9} GHz is assumed, nothing was placed or timed. Rates are those of experiment 3. A bound for orders of magnitude, not a comparison of designs.`,
  async run({ quick, progress }) {
    const limb = quick ? 16 : 128;
    const all = await resourcesOf(tcore({ limb }), 'cmos');
    progress(0.9, 'synthesized');
    const words = 15;
    const memories = 6 * words * (modes[2].limbs + 2 * modes[1].limbs + 2 * modes[0].limbs) * limb;
    const area = (all.transistors + memories) / density;
    const rows = modes.map(({ limbs, lanes }): Cell[] => {
      const bits = limbs * limb;
      const reference = published[bits as keyof typeof published] as number | undefined;
      const each = ((lanes / 3) * clock) / area / 1e9;
      return [
        bits,
        area.toFixed(3),
        each.toFixed(2),
        reference === undefined ? 'not found' : (1 / reference).toFixed(2),
      ];
    });
    return {
      columns: ['bits', 'mm2 (peak density)', 'G products / s / mm2', 'GenZA, one multiplier'],
      rows,
      findings: [
        { text: `the core has ${all.transistors + memories} transistors, ${all.ff} flip-flops`, holds: null },
        ...rows.map(([bits, , ours, theirs]) => ({
          text: `${bits} bits: ${ours} G / s / mm2 at peak density, GenZA ${theirs}`,
          holds: null,
        })),
      ],
      plot: {
        x: 'bits',
        y: 'G modular products / s / mm2',
        kind: 'bar',
        points: rows.map(([bits, , ours]) => ({ x: bits!, y: Number(ours), series: 'TCore, estimate' })),
      },
    };
  },
};

/** Longest limb that a leaf width serves: a cell is two leaves wide, evaluation adds three bits, and limbs are even. */
const limbOf = (width: number): number => 2 * width - 4;

/** Unsigned multipliers of a DSP block, and how many of them a square product needs when they are laid as tiles. */
const tiles = { DSP48E1: [24, 17], DSP48E2: [26, 17] } as const;

function tileUse(width: number, block: keyof typeof tiles): { readonly count: number; readonly use: number } {
  const [long, short] = tiles[block];
  const count = Math.ceil(width / long) * Math.ceil(width / short);
  return { count, use: width ** 2 / (count * long * short) };
}

export const leafTiles: Experiment = {
  system: 'zkflex',
  number: 10,
  name: 'leaf-tiles',
  title: 'DSP blocks of a leaf',
  published: 'not found (open question 6 of the paper file)',
  method:
    'The leaf (unsigned, three registers behind it) in widths from 34 to 68 bits with `synth_xilinx` of Yosys: DSP48E1 blocks, LUT and LUT as shift registers. Yosys cuts products in its own way and moves no register into a cascade; vendor tools and hand-laid tiles need fewer blocks. Beside it, by arithmetic: tiles of 24 x 17 bits (DSP48E1) and 26 x 17 (DSP48E2), and the share of their area that the product uses.',
  async run({ quick, progress }) {
    const widths = quick ? [24, 34] : [34, 41, 48, 51, 52, 58, 64, 66, 68];
    const rows: Cell[][] = [];
    const fits: { readonly width: number; readonly dsp: number; readonly use: number }[] = [];
    const points: PlotPoint[] = [];
    for (const [i, width] of widths.entries()) {
      const { dsp, lut, lutRam } = await resourcesOf(leaf({ width, stages: 3 }), 'xilinx');
      const [older, newer] = [tileUse(width, 'DSP48E1'), tileUse(width, 'DSP48E2')];
      fits.push({ width, dsp, use: newer.use });
      const percent = (use: number): string => `${(100 * use).toFixed(0)} %`;
      rows.push([width, limbOf(width), dsp, lut, lutRam]);
      rows.at(-1)!.push(older.count, percent(older.use), newer.count, percent(newer.use));
      points.push(
        { x: width, y: 100 * older.use, series: 'DSP48E1' },
        { x: width, y: 100 * newer.use, series: 'DSP48E2' },
      );
      progress((i + 1) / widths.length, `${width} bits`);
    }
    const best = fits.reduce((a, b) => (b.use > a.use ? b : a));
    const ours = fits.find(({ width }) => width === 66);
    return {
      columns: [
        'bits of a leaf',
        'L',
        'DSP48E1 (Yosys)',
        'LUT',
        'LUT as memory',
        'tiles 24 x 17',
        'use',
        'tiles 26 x 17',
        'use',
      ],
      rows,
      findings: [
        {
          text: `best use of DSP48E2 tiles: ${best.width} bits, ${(100 * best.use).toFixed(0)} %, for limbs of ${limbOf(best.width)} bits, which no mode of 256, 384 or 768 bits has`,
          holds: null,
        },
        ...(ours ? [yosysBlocks(ours.dsp)] : []),
      ],
      plot: { x: 'bits of a leaf', y: 'use of the tiles, %', kind: 'line', points },
    };
  },
};

function yosysBlocks(dsp: number): Finding {
  return {
    text: `66 bits: ${dsp} blocks by Yosys, ${tileUse(66, 'DSP48E1').count} tiles; model 12`,
    holds: dsp === 12,
    ...(dsp !== 12 && { missed: 'Yosys cuts both factors into steps of 17 bits' }),
  };
}
