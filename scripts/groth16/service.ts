// SPDX-License-Identifier: Apache-2.0
import { toMontgomery } from '../../src/modules/zkflex/golden/montgomery.ts';
import { packNumbers } from '../../sim/workloads/zkflex/bytes.ts';
import type { ZkFlexProver } from '../../sim/workloads/zkflex/prover.ts';
import type { ProverService } from './bridge.ts';

/** A request of the prover that the hardware has served. */
export interface Served {
  readonly what: string;
  readonly elements: number;
  readonly cycles: number;
}

/** Serves a prover by the simulated hardware; tells `listen` of every request. */
export function serviceBy(prover: ZkFlexProver, listen: (served: Served) => void): ProverService {
  const scalarBytes = bytesOf(prover.scalarField.montgomery.p);
  const baseBytes = bytesOf(prover.baseField.montgomery.p);
  const counted = <T>(what: string, elements: number, work: () => T): Promise<T> => {
    const before = prover.host.work().cycles;
    const result = work();
    listen({ what, elements, cycles: prover.host.work().cycles - before });
    return Promise.resolve(result);
  };
  return {
    transform: (elements, root, inverse) =>
      counted(inverse ? 'inverse transform' : 'transform', elements.length / scalarBytes, () =>
        prover.transform(elements, scalarBytes, root, inverse),
      ),
    scale: (elements, first, factor) =>
      counted('scaling', elements.length / scalarBytes, () => prover.scale(elements, scalarBytes, first, factor)),
    msm: (bases, scalars) =>
      counted('sum of points', scalars.length / scalarBytes, () => {
        const sum = prover.sum(bases, baseBytes, scalars, scalarBytes);
        const { montgomery } = prover.baseField;
        const coordinates = sum === null ? [0n, 0n] : [sum.x, sum.y];
        return packNumbers(
          coordinates.map((x) => toMontgomery(x, montgomery)),
          baseBytes,
        );
      }),
  };
}

/** Bytes of an element in ffjavascript: whole words of 64 bits. */
const bytesOf = (prime: bigint): number => 8 * Math.ceil(prime.toString(2).length / 64);
