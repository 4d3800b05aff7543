// SPDX-License-Identifier: Apache-2.0
import { ExionHost } from '../../sim/workloads/exion-host.ts';
import { loadSparseNetwork } from '../../sim/workloads/exion-network.ts';
import { openEngine } from '../../sim/index.ts';
import { elaborate } from '../../src/dsl/index.ts';
import { GoldenMachine } from '../../src/modules/exion/golden/machine/machine.ts';
import { random } from '../../src/modules/exion/golden/prng.ts';
import { type BlockProgram, compileBlock } from '../../src/modules/exion/program/index.ts';
import { ExionTopParams, exionTopPresets } from '../../src/modules/exion/top/top.params.ts';
import { exionTop } from '../../src/modules/exion/top/top.ts';
import type { EngineKind } from '../../src/sim/engine.ts';
import { cpuTimer } from '../cpu-time.ts';
import type { BenchRow } from '../row.ts';

/** Longest that one transformer block may take, without the build of the model. */
const BLOCK_SECONDS = 60;
/** CPU seconds for which the embedded simulator runs. */
const EMBEDDED_SECONDS = 5;
const SLICE = 100;

const params = ExionTopParams.parse(exionTopPresets.main);

/**
 * The whole design, preset main, at work on a block of the digit network: cycles in a second of CPU time, memory and host included, whatever else
 * runs on the machine; and the time of the block from start to end.
 */
export async function run(): Promise<BenchRow[]> {
  const program = blockProgram();
  const verilator = await measure(program, 'verilator');
  const embedded = await measure(program, 'embedded');
  const thousands = (rate: number): string => `${(rate / 1000).toPrecision(3)} k cycles/s`;
  return [
    {
      name: 'EXION main, whole top, Verilator',
      value: verilator.rate,
      unit: 'cycles/s of CPU',
      peer: `embedded ${thousands(embedded.rate)}`,
      ratio: verilator.rate / embedded.rate,
      target: '',
    },
    {
      name: 'EXION main, whole top, embedded',
      value: embedded.rate,
      unit: 'cycles/s of CPU',
      peer: `Verilator ${thousands(verilator.rate)}`,
      ratio: embedded.rate / verilator.rate,
      target: '',
    },
    {
      name: `EXION main, one block, ${verilator.cycles} cycles, Verilator`,
      value: verilator.seconds,
      unit: 's',
      peer: `limit ${BLOCK_SECONDS} s`,
      ratio: verilator.seconds / BLOCK_SECONDS,
      target: '<= 1',
    },
  ];
}

/** First block of the digit network, one dense iteration, which keeps masks and P for sparse ones. */
function blockProgram(): BlockProgram {
  const { network, settings } = loadSparseNetwork(null);
  const { shape, blocks, conditioning } = network;
  const { cores, scratchWords, traceDepth: _depth, addressWidth: _width, maxBurst: _burst, ...core } = params;
  const draw = random(1);
  const input = Int16Array.from({ length: shape.tokens * shape.width }, () => Math.round(8000 * (draw() - draw())));
  const { sparseIterations, theta, keys, dominance } = settings;
  return compileBlock(
    {
      shape,
      block: blocks[0]!,
      conditioning: [conditioning[0]![0]!.blocks[0]!],
      inputs: [input],
      settings: { sparseIterations, theta: theta[0]!, keys, dominance: dominance[0]! },
    },
    { params: core, scratchWords, cores },
  );
}

interface Measured {
  /** Cycles in a second of CPU time. */
  readonly rate: number;
  /** Of the block; 0 where it was not run to its end. */
  readonly cycles: number;
  readonly seconds: number;
}

/** Verilator runs the whole block and must end with the memory of the golden machine; the embedded simulator a part of it. */
async function measure(program: BlockProgram, kind: EngineKind): Promise<Measured> {
  const engine = await openEngine(elaborate(exionTop(params)), { engine: kind });
  try {
    const bytes = program.dram.slice();
    const host = new ExionHost(engine, params, { bytes, latency: [20, 40], seed: 1 });
    const [started, spent] = [performance.now(), cpuTimer()];
    host.start(program.entry);
    let cycles = 0;
    while (!host.interrupt && (kind === 'verilator' || spent() < EMBEDDED_SECONDS)) {
      host.loop.step(SLICE);
      cycles += SLICE;
    }
    const [seconds, cpu] = [(performance.now() - started) / 1000, spent()];
    if (kind !== 'verilator') return { rate: cycles / cpu, cycles: 0, seconds };
    const end = host.finish();
    check(program, bytes, end.errors);
    return { rate: cycles / cpu, cycles: end.cycles, seconds };
  } finally {
    engine.close();
  }
}

function check(program: BlockProgram, bytes: Uint8Array, errors: readonly string[]): void {
  if (errors.length > 0) throw new Error(`the block stopped: ${errors.join(', ')}`);
  const { params: p, scratchWords, cores } = program.target;
  const machine = new GoldenMachine({ params: p, scratchWords, cores, dram: program.dram.slice() });
  machine.run(program.entry);
  if (Buffer.compare(machine.dram, bytes) !== 0) throw new Error('the block differs from the golden machine');
}
