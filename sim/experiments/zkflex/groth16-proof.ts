// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Cell, Experiment, Finding } from '../experiment.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const Outcomes = z.array(
  z.object({
    curve: z.string(),
    product: z.string(),
    verified: z.boolean(),
    served: z.array(z.object({ what: z.string(), elements: z.int(), cycles: z.int() })),
  }),
);

/** The prover is GPL and a development dependency, so it runs as a command of its own. */
async function demonstration(curve: string): Promise<z.output<typeof Outcomes>> {
  const args = ['--import', 'tsx', 'scripts/groth16/main.ts', '--json', '--curve', curve];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(child, 'close');
  return Outcomes.parse(JSON.parse(text));
}

export const groth16Proof: Experiment = {
  system: 'zkflex',
  number: 8,
  name: 'groth16-proof',
  title: 'A Groth16 proof computed by the design',
  published: 'nothing (the abstract reports speedups of whole proofs over other accelerators)',
  method:
    'snarkjs proves knowledge of two factors of a number (circuit, keys and witness made on the spot). Its transforms, coset scalings and G1 sums are served by the whole design (main, one node) in Verilator; G2 and the final additions stay in software. Then snarkjs verifies the proof. Cycles are those of the design, loads and stores included.',
  async run({ quick, progress }) {
    const curves = quick ? ['bn254'] : ['bn254', 'bls12381'];
    const outcomes = [];
    for (const [i, curve] of curves.entries()) {
      progress(i / curves.length, curve);
      outcomes.push(...(await demonstration(curve)));
    }
    const sums = outcomes.map(({ served }) => {
      const ofKind = (test: (what: string) => boolean): number =>
        served.filter(({ what }) => test(what)).reduce((sum, { cycles }) => sum + cycles, 0);
      const points = ofKind((what) => what === 'sum of points');
      return { points, vectors: ofKind(() => true) - points };
    });
    return {
      columns: [
        'curve',
        'requests served',
        'cycles of transforms and scalings',
        'cycles of sums of points',
        'verified',
      ],
      rows: outcomes.map(({ curve, served, verified }, i): Cell[] => [
        curve,
        served.length,
        sums[i]!.vectors,
        sums[i]!.points,
        verified ? 'yes' : 'NO',
      ]),
      findings: [
        ...outcomes.map(({ curve, verified }): Finding => ({
          text: `${curve}: groth16.verify is true`,
          holds: verified,
        })),
        ...outcomes.map(({ curve, served }): Finding => ({
          text: `${curve}: 6 transforms, 3 scalings and 4 sums in G1 were served by the hardware`,
          holds: served.length === 13,
        })),
      ],
      notes: [
        'With so few points the sums are bound by the latency of the last steps (doublings of the combination), not by the rate of the lanes; the recorded proof of 4,096 points is the workload `groth16`.',
      ],
      plot: {
        x: 'curve',
        y: 'cycles',
        kind: 'bar',
        points: outcomes.flatMap(({ curve }, i) => [
          { x: curve, y: sums[i]!.vectors, series: 'transforms and scalings' },
          { x: curve, y: sums[i]!.points, series: 'sums of points' },
        ]),
      },
    };
  },
};
