// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type {
  BlockConditioning,
  QuantisedBlock,
  WeightMatrix,
} from '../../../src/modules/exion/dit/quantised.types.ts';
import { ExionBlock } from '../../../src/modules/exion/golden/block.ts';
import { gemm } from '../../../src/modules/exion/golden/gemm.ts';
import { type BlockScratch, reuseState } from '../../../src/modules/exion/golden/tensors.ts';
import { type Command, flags, ops, sfuKinds } from '../../../src/modules/exion/isa.ts';
import { type BlockProgram, type BlockSettings, compileBlock } from '../../../src/modules/exion/program/index.ts';
import { type BlockCase, blockJob, expected } from './program.block-jobs.ts';
import { targets } from './program.cases.ts';
import { openTop, place } from './top.host.ts';

const settings: BlockSettings = { sparseIterations: 1, theta: 20, keys: 4, dominance: [60, 60, 60] };

/** Commands whose sums can overflow. */
const kinds: readonly number[] = [sfuKinds.RQ, sfuKinds.AXPY, sfuKinds.PSUB];
const makesSums = ({ op, kind = 0 }: Command): boolean => op === ops.SFU && kinds.includes(kind);

const cases = Object.keys(targets).flatMap((target) => ['odd', 'one token'].map((shape) => ({ target, shape })));
test.each(cases)('every sum names the live rows of its tile: $target, $shape', ({ target: name, shape }) => {
  const target = targets[name]!;
  const { size } = target.params;
  const { commands, plan } = compileBlock(blockJob(shape, settings), target);
  const found = commands.filter(({ command }) => makesSums(command));
  expect(found.length).toBeGreaterThan(5);
  for (const { command, made } of found) {
    expect(command.live).toBe(Math.min(size, plan.tokens - size * made[0]!.tile));
  }
});

type Layer = 'value' | 'gate1' | 'ffn1' | 'gate2';

/** Sums of a layer before the offset. */
function sumsOf(layer: Layer, block: QuantisedBlock, t: BlockScratch): Int32Array {
  const product = (x: Int8Array, w: WeightMatrix): Int32Array => {
    const out = new Int32Array((x.length / w.inputs) * w.outputs);
    gemm(x, w, out);
    return out;
  };
  switch (layer) {
    case 'value':
      return product(t.xn1, block.value.weights);
    case 'gate1':
      return product(t.mix, block.projection);
    case 'ffn1':
      return product(t.xn2, block.ffn1.weights);
    case 'gate2':
      return product(t.hidden, block.ffn2);
  }
}

/** One token, and dead rows that are about as large: what there is besides the token, offsets, is large too. */
function biased(): BlockCase {
  const job = blockJob('one token', settings, 1);
  const [given] = job.conditioning as [BlockConditioning];
  const norm1 = { ...given.norm1, offset: given.norm1.offset.map(() => 90 * 2 ** given.norm1.shift) };
  const mix = { ...job.block.mix, offset: job.block.mix.offset.map((offset) => 8 * offset) };
  return withBlock(job, { ...job.block, mix }, { ...given, norm1 });
}

function withBlock(job: BlockCase, block: QuantisedBlock, conditioning: BlockConditioning): BlockCase {
  return { ...job, block, conditioning: [conditioning], network: { ...job.network, blocks: [block] } };
}

/** The token's sums in a layer are the least or the largest of 32 bits: what is further out in a dead row is beyond. */
function extreme(layer: Layer): BlockCase {
  const job = biased();
  const { block } = job;
  const [given] = job.conditioning as [BlockConditioning];
  const golden = new ExionBlock(job.network, 0);
  const keep = () => ({ keys: settings.keys, dominance: settings.dominance[0]! });
  const rules = { dense: true, theta: settings.theta, keep };
  golden.run(job.inputs[0]!, given, rules, reuseState(job.network.shape));
  const sums = sumsOf(layer, block, golden.tensors);
  const offset = sums.map((sum) => (sum < 0 ? -(2 ** 31) : 2 ** 31 - 1) - sum);
  if (layer === 'gate1' || layer === 'gate2') {
    return withBlock(job, block, { ...given, [layer]: { ...given[layer], offset } });
  }
  const { [layer]: linear } = block;
  return withBlock(job, { ...block, [layer]: { ...linear, requantise: { ...linear.requantise, offset } } }, given);
}

async function run(program: BlockProgram, dram: Uint8Array) {
  const { params, scratchWords, cores } = program.target;
  const host = await openTop({ ...params, scratchWords, cores }, { bytes: dram });
  const { errors } = host.run(program.entry, 0, 200_000);
  host.engine.close();
  return { errors, outputs: program.outputsOf(dram) };
}

describe('what dead rows hold raises no overflow', () => {
  test.each<Layer>(['value', 'gate1', 'ffn1', 'gate2'])('%s', async (layer) => {
    const job = extreme(layer);
    const program = compileBlock(job, targets['tiny']!);
    const { errors, outputs } = await run(program, program.dram.slice());
    expect(errors).toEqual([]);
    expect(outputs).toEqual(expected(job));

    // It would, if they counted.
    const all = program.commands.map(({ command }): Command => {
      const marks = ((command.flags ?? 0) & flags.MASK_OUT) !== 0;
      return makesSums(command) ? { ...command, live: marks ? targets['tiny']!.params.size : 0 } : command;
    });
    const dram = program.dram.slice();
    place(dram, program.entry, all);
    expect((await run(program, dram)).errors).toEqual(['overflow']);
  });
});
