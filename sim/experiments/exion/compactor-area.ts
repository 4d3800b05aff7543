// SPDX-License-Identifier: Apache-2.0
import type { SynthProgress } from '../../../src/gen/synth/synthesize.ts';
import { exionCorePresets } from '../../../src/modules/exion/core.params.ts';
import type { Cell, Experiment } from '../experiment.ts';
import type { InstanceReport } from '../../../src/gen/synth/tree.ts';
import { coreArea, coreUnits, mergingTransistors } from './core-area.ts';

/** Of a static memory cell. */
const TRANSISTORS_A_BIT = 6;

interface Part {
  readonly name: string;
  readonly transistors: number;
  readonly memoryBits: number;
}

export const compactorArea: Experiment = {
  system: 'exion',
  number: 10,
  name: 'compactor-area',
  title: 'Share of the compactor and of the multiplexers for merging in the area of a core',
  published: '0.94 % of a DSC for ConMerge (14 nm; whether this is all of the CAU or its vector storage is not said)',
  method:
    'Yosys on one core (exion_dsc), preset main, each module by itself with the hierarchy kept. Transistors: simple CMOS gates as `stat -tech cmos` of Yosys counts them (flip-flop 16), memories left out and shown in bits; the last column adds 6 transistors a bit. This is not the area of a 14 nm library, which has wires, drivers and denser cells. "Merging in" an array module: the difference to the same module with the inputs tied off that only merging drives (conflict vector, slots, crossing), times its instances. What merging adds to the drain is not separated: its routing by the conflict vector is in sdue. The memory for weights has M copies in the placement `lane`, which is memory for merging and counted in sdue. `npm run report -- --design exion` has LUT, block RAM and DSP of the same parts; there the multipliers are DSP, so the compactor seems larger.',
  async run({ quick, progress }) {
    const core = coreUnits(quick ? exionCorePresets.tiny : exionCorePresets.main);
    const cmos = await coreArea(core, 'cmos', steps(progress, 0));
    const merging = await mergingTransistors(core, steps(progress, 0.7));
    const parts = partsOf(cmos, merging);
    const all = parts[0]!;
    const named = (name: string): Part => parts.find((part) => part.name === name)!;
    const compactor = named('cau');
    const both = named('cau and merging in the array');
    const shares = (part: Part): Shares => ({
      transistors: (100 * part.transistors) / all.transistors,
      withMemories: (100 * withMemories(part)) / withMemories(all),
    });
    const percent = (share: number): string => `${share.toFixed(2)} %`;
    const plotted = parts.filter(({ name }) => name !== all.name && !name.includes('.') && !name.startsWith('merging'));
    return {
      columns: [...['part', 'transistors of logic', 'of transistors', 'memory bits', 'of transistors and memories']],
      rows: parts.map((part): Cell[] => {
        const share = shares(part);
        const chip = [part.transistors, percent(share.transistors), part.memoryBits, percent(share.withMemories)];
        return [part.name, ...chip];
      }),
      findings: [
        {
          text: `the logic of the CAU without its map memory is below 5 % of the core's transistors: ${percent(shares(compactor).transistors)}`,
          holds: shares(compactor).transistors < 5,
        },
        {
          text: `with memories of 6 transistors a bit it is ${percent(shares(compactor).withMemories)}`,
          holds: null,
        },
        {
          text: `CAU and merging in the array: ${percent(shares(both).transistors)} of the transistors, ${percent(shares(both).withMemories)} with memories`,
          holds: null,
        },
      ],
      plot: {
        x: 'part of a core',
        y: 'share in %',
        kind: 'bar',
        points: plotted.flatMap((part) => {
          const share = shares(part);
          const x = part.name === both.name ? 'cau + merging' : part.name;
          return [
            { x, y: share.transistors, series: 'transistors of logic' },
            { x, y: share.withMemories, series: 'with memories' },
          ];
        }),
      },
    };
  },
};

interface Shares {
  readonly transistors: number;
  readonly withMemories: number;
}

const withMemories = ({ transistors, memoryBits }: Part): number => transistors + TRANSISTORS_A_BIT * memoryBits;

/** The core, its units, the parts of the CAU, and what merging adds elsewhere. */
function partsOf(cmos: readonly InstanceReport[], merging: ReadonlyMap<string, number>): Part[] {
  const units = cmos.flatMap((row): Part[] => {
    const name = row.path.split('.').slice(1).join('.');
    if (row.depth === 2 && !name.startsWith('cau.')) return [];
    const { transistors } = row.resources;
    return [{ name: name === '' ? 'core' : name, transistors, memoryBits: row.memoryBits }];
  });
  const added = [...merging].map(([module, transistors]): Part => {
    const block = module.replace(/_(size|lanes)\d.*$/, '');
    return { name: `merging in ${block}`, transistors, memoryBits: 0 };
  });
  const compactor = units.find(({ name }) => name === 'cau')!;
  const both: Part = {
    name: 'cau and merging in the array',
    transistors: added.reduce((sum, part) => sum + part.transistors, compactor.transistors),
    memoryBits: compactor.memoryBits,
  };
  return [...units, ...added, both];
}

/** A part of the bar for each target. */
function steps(progress: (done: number, what: string) => void, from: number): SynthProgress {
  let size = 0;
  let finished = 0;
  return {
    start: (_, total) => {
      size = total;
      finished = 0;
    },
    done: (modules, part) => {
      finished += part;
      progress(from + (0.3 * finished) / size, modules[0]!);
    },
    stop: () => undefined,
  };
}
