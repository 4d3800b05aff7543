// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import * as golden from '../../../../src/modules/zkflex/golden/ntt.ts';
import { nttPresets } from '../../../../src/modules/zkflex/ntt/ntt.params.ts';
import { stageTable } from '../../../../src/modules/zkflex/optimise/transform-tables.ts';
import { across } from '../../../../sim/workloads/ntt-across.ts';
import { nttBench } from './ntt-bench.ts';
import { NttHost, residues } from '../../../../sim/workloads/ntt-host.ts';

const field = tinyFields.mode1;
const p = field.prime;

test.each([1, 2, 4, 8])('transforms over %d nodes, all sizes, both ways', async (nodes) => {
  const ntt = { ...nttPresets.tiny, nodes };
  await simulate(nttBench(ntt), {}, async (dut) => {
    await dut.reset();
    const host = new NttHost(dut, ntt);
    await host.configure(field, 1);
    for (let log2n = Math.log2(nodes); log2n <= 5; log2n++) {
      const N = nodes * 2 ** log2n;
      const w = golden.rootOfUnity(p, Math.log2(N));
      for (const [op, transform] of [
        ['DIF', golden.dif],
        ['DIT', golden.dit],
      ] as const) {
        const x = residues(dut.random, N, p);
        const { found, refused } = await across(host, { op, nodes, x, w, p });
        expect(refused).toBe(false);
        expect(found, `${op} of ${N}`).toEqual(transform(x, w, p));
      }
    }
  });
});

test('four nodes on Verilator', async () => {
  const ntt = { ...nttPresets.tiny, nodes: 4 };
  const w = golden.rootOfUnity(p, 6);
  await simulate(nttBench(ntt), { engine: 'verilator' }, async (dut) => {
    await dut.reset();
    const host = new NttHost(dut, ntt);
    await host.configure(field, 1);
    const x = residues(dut.random, 64, p);
    const forth = await across(host, { op: 'DIF', nodes: 4, x, w, p });
    expect(forth.found).toEqual(golden.dif(x, w, p));
    const back = await across(host, { op: 'DIT', nodes: 4, x: forth.found, w, p });
    expect(back.found).toEqual(golden.dit(forth.found, w, p));
  });
});

test('local commands on all nodes between, and a batch over all nodes', async () => {
  const nodes = 4;
  const ntt = { ...nttPresets.tiny, nodes };
  await simulate(nttBench(ntt), {}, async (dut) => {
    await dut.reset();
    const host = new NttHost(dut, ntt);
    await host.configure(field, 1);
    const w = golden.rootOfUnity(p, 4);
    for (let c = 0; c < nodes; c++) host.write(0, stageTable(16, w, p), { node: c, twiddle: true });
    const locals = Array.from({ length: nodes }, () => residues(dut.random, 16, p));
    locals.forEach((x, c) => host.write(0, x, { node: c }));
    await host.run({ op: 'DIF', log2n: 4, perStage: true });
    locals.forEach((x, c) => expect(host.read(0, 16, { node: c })).toEqual(golden.dif(x, w, p)));

    const W = golden.rootOfUnity(p, 5);
    const batch = Array.from({ length: 4 }, () => residues(dut.random, 32, p)).flat();
    for (const [op, transform] of [
      ['DIF', golden.dif],
      ['DIT', golden.dit],
    ] as const) {
      const { found } = await across(host, { op, nodes, x: batch, w: W, p, log2batch: 2 });
      const expected = [0, 1, 2, 3].flatMap((i) => transform(batch.slice(32 * i, 32 * i + 32), W, p));
      expect(found).toEqual(expected);
    }
  });
});

test('fewer points a node than nodes, or no such root: refused', async () => {
  const ntt = { ...nttPresets.tiny, nodes: 4 };
  await simulate(nttBench(ntt), {}, async (dut) => {
    await dut.reset();
    const host = new NttHost(dut, ntt);
    await host.configure({ ...field, twoAdicity: 6 }, 1);
    const refused = async (log2n: number, second = 0): Promise<boolean> =>
      (await host.run({ op: 'DIF', log2n, second, across: true })).refused;
    expect(await refused(0)).toBe(true);
    expect(await refused(1)).toBe(true);
    expect(await refused(2)).toBe(false);
    expect(await refused(4)).toBe(false);
    expect(await refused(4, 16)).toBe(true);
    expect(await refused(5)).toBe(true);
  });
});
