// SPDX-License-Identifier: Apache-2.0
import { elaborate } from '../../src/dsl/index.ts';
import { UsageError } from '../../src/gen/errors.ts';
import { type Curve, curves } from '../../src/modules/zkflex/golden/curves.ts';
import { fromMontgomery, toMontgomery } from '../../src/modules/zkflex/golden/montgomery.ts';
import { bucketMsm } from '../../src/modules/zkflex/golden/msm.ts';
import { zkflex } from '../../src/modules/zkflex/top/zkflex.ts';
import type { ZkFlexParams } from '../../src/modules/zkflex/top/zkflex.params.ts';
import { openEngine } from '../open.ts';
import { packNumbers, unpackNumbers } from './zkflex/bytes.ts';
import { ZkFlexProver } from './zkflex/prover.ts';
import { loadProof, type RecordedMsm, type RecordedProof, type RecordedTransform } from './groth16-data.ts';
import type { Workload, WorkloadContext, WorkloadReport } from './workload.ts';

const parts = ['ntt', 'msm'] as const;

/** Transforms and G1 multi-scalar multiplications of a recorded Groth16 proof on the whole design, compared with what the prover had. */
export const zkflexGroth16: Workload = {
  design: 'zkflex',
  name: 'groth16',
  doc: 'Every transform and G1 sum of a recorded Groth16 proof. --part ntt or msm. --limit: transforms, and elements of each sum.',
  run,
};

async function run(context: WorkloadContext): Promise<WorkloadReport> {
  const params = context.params as ZkFlexParams;
  const part = parts.find((name) => name === context.part);
  if (context.part !== null && part === undefined) {
    throw new UsageError(
      `There is no part ${context.part}.`,
      `Use --part ${parts.join(' or ')}, or leave it out for both.`,
    );
  }
  const proof = loadProof(context.data);
  const transforms = part === 'msm' ? [] : proof.transforms.slice(0, context.limit ?? undefined);
  const msms = part === 'ntt' ? [] : proof.msms;
  const engine = await openEngine(elaborate(zkflex(params)), { engine: context.engine, traced: context.wave !== null });
  const started = performance.now();
  try {
    if (context.wave !== null) engine.waveOn(context.wave);
    const most = Math.max(
      ...transforms.map(({ input }) => input.length),
      ...msms.map(({ scalars }) => scalars.length),
      1,
    );
    const curve = curveOf(proof);
    const prover = new ZkFlexProver(engine, params, { ...proof, a: curve.a }, most);
    const rows: Row[] = [];
    const jobs = transforms.length + msms.length;
    for (const job of transforms) {
      context.progress(rows.length / jobs, job.name);
      rows.push(transformRow(prover, proof, job));
    }
    for (const job of msms) {
      context.progress(rows.length / jobs, job.name);
      rows.push(msmRow(prover, curve, job, context.limit));
    }
    return report(rows, engine.cycle, (performance.now() - started) / 1000);
  } finally {
    engine.close();
  }
}

interface Row {
  readonly name: string;
  readonly elements: number;
  readonly cycles: number;
  /** Modular products that the design made. */
  readonly products: number;
  readonly compared: number;
  readonly difference: string | null;
}

/** Runs a job and counts what the design did. */
function counted(
  prover: ZkFlexProver,
  name: string,
  elements: number,
  job: () => { compared: number; difference: string | null },
): Row {
  const before = prover.host.work();
  const result = job();
  const after = prover.host.work();
  return {
    name,
    elements,
    cycles: after.cycles - before.cycles,
    products: after.products - before.products,
    ...result,
  };
}

function transformRow(prover: ZkFlexProver, { root }: RecordedProof, job: RecordedTransform): Row {
  const { elementBytes, montgomery: m } = prover.scalarField;
  return counted(prover, job.name, job.input.length, () => {
    const input = packNumbers(
      job.input.map((x) => toMontgomery(x, m)),
      elementBytes,
    );
    const output = unpackNumbers(prover.transform(input, elementBytes, root, job.inverse), elementBytes);
    const wrong = output.findIndex((x, i) => fromMontgomery(x, m) !== job.output[i]);
    const difference = wrong < 0 ? null : `${job.name}: element ${wrong} is not ${job.output[wrong]}`;
    return { compared: output.length, difference };
  });
}

function msmRow(prover: ZkFlexProver, curve: Curve, job: RecordedMsm, limit: number | null): Row {
  const { elementBytes: size, montgomery: m } = prover.baseField;
  const slot = prover.scalarField.elementBytes;
  const n = Math.min(limit ?? job.scalars.length, job.scalars.length);
  const points = job.points.slice(0, n);
  const scalars = job.scalars.slice(0, n);
  const expected = n === job.scalars.length ? job.result : bucketMsm(curve, points, scalars, 8);
  return counted(prover, job.name, n, () => {
    const coordinates = points.flatMap((point) => (point === null ? [0n, 0n] : [point.x, point.y]));
    const bases = packNumbers(
      coordinates.map((x) => toMontgomery(x, m)),
      size,
    );
    const sum = prover.sum(bases, size, packNumbers(scalars, slot), slot);
    const equal = sum?.x === expected?.x && sum?.y === expected?.y;
    const difference = equal ? null : `${job.name}: the sum is not (${expected?.x}, ${expected?.y})`;
    return { compared: 1, difference };
  });
}

/** The curve of a proof; G1 of y^2 = x^3 + a x + b. */
function curveOf({ basePrime, scalarPrime }: RecordedProof): Curve {
  const known: readonly Curve[] = Object.values(curves);
  const found = known.find(({ field, order }) => field.prime === basePrime && order === scalarPrime);
  if (found) return found;
  const names = known.map(({ name }) => name).join(', ');
  throw new UsageError('The moduli of the manifest are those of no known curve.', `Known are ${names}.`);
}

function report(rows: readonly Row[], cycles: number, seconds: number): WorkloadReport {
  const difference = rows.find((row) => row.difference !== null)?.difference ?? null;
  return {
    ok: difference === null,
    difference,
    compared: rows.reduce((sum, row) => sum + row.compared, 0),
    cycles,
    seconds,
    tables: [
      {
        title: 'Groth16 proof',
        head: ['job', 'elements', 'cycles', 'modular products', 'products a cycle', 'equal'],
        rows: rows.map((row) => [
          row.name,
          row.elements,
          row.cycles,
          row.products,
          (row.products / row.cycles).toFixed(2),
          row.difference === null ? 'yes' : 'NO',
        ]),
      },
    ],
  };
}
