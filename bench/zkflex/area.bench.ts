// SPDX-License-Identifier: Apache-2.0
import { coreNames, cores, resourcesOf } from '../../sim/experiments/zkflex/tcore-cores.ts';
import { leaf } from '../../src/modules/zkflex/mul/leaf.ts';
import { leafCount, leafWidth, type LevelName, multiplier } from '../../src/modules/zkflex/mul/multiplier.ts';
import { wordSerialLane, wordSerialLatency } from '../../src/modules/zkflex/mul/word-serial-lane.ts';
import type { BenchRow } from '../row.ts';

/**
 * Area of product cores, one product a cycle, with their registers, and DSP blocks beside published multipliers. What was synthesized before is in the
 * cache; the first run takes some minutes, nearly all of it for the cores of 384 bits.
 */
export async function run(): Promise<BenchRow[]> {
  return [...(await transistorRows()), ...(await blockRows()), ...(await iterativeRows())];
}

const long = 'takes minutes the first time';

/** TCore beside the others in simple CMOS gates, as experiment 2 counts them. */
async function transistorRows(): Promise<BenchRow[]> {
  const counts = new Map<string, number>();
  for (const name of coreNames) {
    const { transistors } = await resourcesOf(multiplier({ width: 384, levels: [...cores[name][384]] }), 'cmos');
    counts.set(name, transistors);
  }
  const own = counts.get('TCore')!;
  return [...counts].map(([name, value]) => ({
    name: `384-bit product core, ${name} (${long})`,
    value: value / 1e6,
    unit: 'M transistors',
    peer: `TCore ${(own / 1e6).toFixed(2)} M`,
    ratio: value / own,
    // Paper 6, experiment 2.
    target: name === 'Karatsuba' ? '>= 1.05' : '',
  }));
}

/** One modulus, fixed; a share of the blocks of its whole design (paper 2). TCore takes any modulus. */
const zprize = { name: 'ZPrize, fixed 377-bit modulus', dsp: 428 };

/** DSP blocks of one modular product a cycle of 384 bits as Yosys maps the leaves: three products of leaves. */
async function blockRows(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const name of coreNames) {
    const levels: readonly LevelName[] = cores[name][384];
    const { dsp } = await resourcesOf(
      leaf({ width: leafWidth({ width: 384, levels: [...levels] }), stages: 3 }),
      'xilinx',
    );
    const value = 3 * leafCount(levels) * dsp;
    rows.push({
      name: `384-bit modular product a cycle, ${name}, ${dsp} a leaf`,
      value,
      unit: 'DSP48E1',
      peer: `${zprize.name}: ${zprize.dsp}`,
      ratio: value / zprize.dsp,
      target: '',
    });
  }
  return rows;
}

/** Iterative Montgomery multiplier of 256 bits with DSP blocks placed by hand (FIOS_DSP_MM): DSP48E2, LUT, cycles a result. */
const fios = { dsp: 16, lut: 1526, cycles: 36 };

/** Our multipliers beside it: blocks times cycles a result, so that narrow and wide ones compare. */
async function iterativeRows(): Promise<BenchRow[]> {
  const bits = 256;
  const levels: readonly LevelName[] = cores.TCore[bits];
  const each = await resourcesOf(leaf({ width: leafWidth({ width: bits, levels: [...levels] }), stages: 3 }), 'xilinx');
  const blocks = 3 * leafCount(levels) * each.dsp;
  const rows = [rowBeside(`one product a cycle, ${blocks} DSP`, blocks)];
  for (const word of [16, 64]) {
    const { dsp, lut } = await resourcesOf(wordSerialLane({ bits, word }), 'xilinx');
    const cycles = wordSerialLatency({ bits, word });
    rows.push(rowBeside(`word-serial, ${word}-bit words, ${dsp} DSP, ${lut} LUT, ${cycles} cycles`, dsp * cycles));
  }
  return rows;
}

const rowBeside = (name: string, value: number): BenchRow => ({
  name: `256-bit Montgomery, ${name}`,
  value,
  unit: 'DSP48E1 x cycles',
  peer: `FIOS_DSP_MM: ${fios.dsp} DSP48E2, ${fios.lut} LUT, ${fios.cycles} cycles`,
  ratio: value / (fios.dsp * fios.cycles),
  target: '',
});
