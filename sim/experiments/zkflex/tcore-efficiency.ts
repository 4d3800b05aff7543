// SPDX-License-Identifier: Apache-2.0
import { leaf } from '../../../src/modules/zkflex/mul/leaf.ts';
import { modes } from '../../../src/modules/zkflex/tcore.params.ts';
import { tcore } from '../../../src/modules/zkflex/tcore/tcore.ts';
import type { Cell, Experiment } from '../experiment.ts';
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

/** Bits of a limb that a leaf width serves: a cell is two leaves wide, and evaluation adds three. */
const limbOf = (width: number): number => 2 * width - 3;

export const leafTiles: Experiment = {
  system: 'zkflex',
  number: 10,
  name: 'leaf-tiles',
  title: 'DSP blocks of a leaf',
  published: 'not found (open question 6 of the paper file)',
  method:
    'The leaf (unsigned, three registers behind it) in widths from 34 to 68 bits with `synth_xilinx` of Yosys: DSP48E1 blocks (24 x 17 bits unsigned), and bits of product a block as the measure of fit. Yosys does not move registers into cascades as vendor tools do; the number of blocks is that of the tiles.',
  async run({ quick, progress }) {
    const widths = quick ? [24, 34] : [34, 41, 48, 51, 52, 58, 64, 66, 68];
    const rows: Cell[][] = [];
    const fits: { readonly width: number; readonly fit: number; readonly dsp: number }[] = [];
    for (const [i, width] of widths.entries()) {
      const { dsp, lut, ff } = await resourcesOf(leaf({ width, stages: 3 }), 'xilinx');
      const fit = (width * width) / (dsp * 24 * 17);
      fits.push({ width, fit, dsp });
      rows.push([width, limbOf(width), dsp, lut, ff, `${(100 * fit).toFixed(0)} %`]);
      progress((i + 1) / widths.length, `${width} bits`);
    }
    const best = fits.reduce((a, b) => (b.fit > a.fit ? b : a));
    const ours = fits.find(({ width }) => width === 66);
    return {
      columns: ['bits of a leaf', 'L', 'DSP', 'LUT', 'flip-flops', 'use of the tiles'],
      rows,
      findings: [
        { text: `best use: ${best.width} bits, ${best.dsp} blocks, ${(100 * best.fit).toFixed(0)} %`, holds: null },
        ...(ours
          ? [
              {
                text: `66 bits: ${ours.dsp} blocks, ${(100 * ours.fit).toFixed(0)} % of their tiles; model 12`,
                holds: ours.dsp === 12,
                ...(ours.dsp !== 12 && { missed: 'Yosys cuts both factors into equal steps of its own' }),
              },
            ]
          : []),
      ],
      plot: {
        x: 'bits of a leaf',
        y: 'use of the tiles, %',
        kind: 'line',
        points: fits.map(({ width, fit }) => ({ x: width, y: 100 * fit, series: 'DSP48E1' })),
      },
    };
  },
};
