// SPDX-License-Identifier: Apache-2.0
import {
  acrossTable,
  naturalPlace,
  type Place,
  reversedPlace,
} from '../../src/modules/zkflex/optimise/transform-tables.ts';
import type { NttHost, Outcome } from './ntt-host.ts';

/** Transforms of 2^log2batch vectors, one after the other in `x`, over all nodes. */
export async function across(
  host: NttHost,
  job: {
    readonly op: 'DIF' | 'DIT';
    readonly nodes: number;
    readonly x: readonly bigint[];
    readonly w: bigint;
    readonly p: bigint;
    readonly log2batch?: number;
  },
): Promise<Outcome & { readonly found: bigint[] }> {
  const { op, nodes, x, w, p, log2batch = 0 } = job;
  const N = x.length / 2 ** log2batch;
  const n = N / nodes;
  const [into, out] = op === 'DIF' ? [naturalPlace, reversedPlace] : [reversedPlace, naturalPlace];
  const place = (i: number, of: typeof into): Place => {
    const { node, index } = of(i % N, nodes);
    return { node, index: Math.floor(i / N) * n + index };
  };
  const local = Array.from({ length: nodes }, () => new Array<bigint>(x.length / nodes).fill(0n));
  x.forEach((value, i) => {
    const { node, index } = place(i, into);
    local[node]![index] = value;
  });
  local.forEach((words, node) => {
    host.write(0, acrossTable(n, nodes, node, w, p), { node, twiddle: true });
    host.write(0, words, { node });
  });
  const outcome = await host.run({ op, log2n: Math.log2(n), log2batch, across: true });
  const results = local.map((words, node) => host.read(0, words.length, { node }));
  const found = x.map((_, i) => {
    const { node, index } = place(i, out);
    return results[node]![index]!;
  });
  return { ...outcome, found };
}
