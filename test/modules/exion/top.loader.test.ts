// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Random } from '../../../sim/index.ts';
import { type ExionCoreParamsInput, exionCorePresets } from '../../../src/modules/exion/core.params.ts';
import {
  emptyMemories,
  isMoveRefused,
  type LoadedMemories,
  type LoaderShape,
  move,
  type MoveCommand,
  moveWords,
} from '../../../src/modules/exion/golden/loader.ts';
import { moveKinds } from '../../../src/modules/exion/isa.ts';
import { loader } from '../../../src/modules/exion/top/loader.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { PortBench } from './top.bench.ts';

const shape = (size: number, lanes: number, weightWords: number, extra: object = {}): ExionCoreParamsInput => ({
  ...exionCorePresets.tiny,
  ...{ size, lanes, weightWords, columns: 64, depth: 4 * lanes, maskWords: 16, params: 32, bounds: [0, 1] },
  ...extra,
});

const shapes: Readonly<Record<string, ExionCoreParamsInput>> = {
  '2 x 2, 4 lanes': shape(2, 4, 12),
  '2 x 2, 8 lanes': shape(2, 8, 7),
  '4 x 4, 4 lanes': shape(4, 4, 16),
  '4 x 4, 16 lanes': shape(4, 16, 9),
  '8 x 8, 8 lanes': shape(8, 8, 24),
  '16 x 16, 32 lanes': shape(16, 32, 10, { params: 40 }),
  '64 x 64, 64 lanes': shape(64, 64, 4, { params: 64 }),
};

const LATENCY = 2;
const SCRATCH = 96;

/** The loader with a scratchpad that answers after two cycles, and memories that take its writes. */
class LoaderBench {
  readonly to: LoadedMemories;
  readonly scratch: Uint8Array;
  readonly #answers: (number | null)[] = [null, null];

  constructor(
    readonly bench: PortBench,
    readonly p: LoaderShape,
    readonly random: Random,
  ) {
    this.to = emptyMemories(p);
    this.scratch = Uint8Array.from({ length: 4 * p.size * SCRATCH }, () => random.below(256));
    const all = [this.to.imem, this.to.wmem, this.to.eimem, this.to.ewmem, this.to.params, this.to.table];
    for (const memory of all) for (let i = 0; i < memory.length; i++) memory[i] = random.below(256);
  }

  /** Runs a command; gives the cycles from its transfer to done, and whether it was refused. */
  run(command: MoveCommand, stall: number, resetAfter = Infinity): { cycles: number; refused: boolean } | null {
    const { bench } = this;
    for (const [name, value] of Object.entries(command)) bench.set(`cmd_payload_${name}`, value as number);
    bench.set('cmd_valid', 1);
    let started = -1 as number;
    for (let cycle = 0; cycle < 3000; cycle++) {
      this.#drive(stall);
      bench.settle();
      if (started < 0 && bench.get('cmd_ready') === 1) started = cycle;
      else if (started >= 0) bench.set('cmd_valid', 0);
      expect(bench.get('busy')).toBe(started >= 0 && cycle > started && bench.get('done') === 0 ? 1 : 0);
      if (started >= 0 && cycle > started && bench.get('done') === 1) {
        expect(bench.get('cmd_ready')).toBe(1);
        return { cycles: cycle - started, refused: bench.get('refused') === 1 };
      }
      this.#sample();
      bench.edge();
      if (started >= 0 && cycle - started >= resetAfter) {
        this.#answers.fill(null);
        bench.set('cmd_valid', 0);
        this.#drive(0);
        bench.reset();
        return null;
      }
    }
    throw new Error('done does not come');
  }

  #drive(stall: number): void {
    const { bench, random, p } = this;
    bench.set('scratch_request_ready', random.bool(1 - stall) ? 1 : 0);
    for (const name of ['x_write', 'w_write', 'ex_write', 'ew_write']) {
      bench.set(`${name}_ready`, random.bool(1 - stall) ? 1 : 0);
    }
    const due = this.#answers[0] ?? null;
    bench.set('scratch_answer_valid', due === null ? 0 : 1);
    let data = BigInt(random.bits(32 * p.size));
    if (due !== null) {
      data = 0n;
      for (let b = 4 * p.size - 1; b >= 0; b--) data = (data << 8n) | BigInt(this.scratch[4 * p.size * due + b] ?? 0);
    }
    bench.set('scratch_answer_data', data);
  }

  #sample(): void {
    const { bench, p, to } = this;
    this.#answers.shift();
    const asks = bench.get('scratch_request_valid') === 1 && bench.get('scratch_request_ready') === 1;
    this.#answers.push(asks ? bench.get('scratch_request_payload') : null);
    for (const [name, memory, words] of [
      ['x', to.imem, (2 * p.depth) / p.lanes],
      ['ex', to.eimem, (2 * p.depth) / p.lanes],
      ['w', to.wmem, p.weightWords],
      ['ew', to.ewmem, p.weightWords],
    ] as const) {
      if (bench.get(`${name}_write_valid`) === 0 || bench.get(`${name}_write_ready`) === 0) continue;
      const port = `${name}_write_payload`;
      const [banks, bytes] = [
        bench.big(`${port}_${name.endsWith('x') ? 'rows' : 'lanes'}`),
        bench.big(`${port}_bytes`),
      ];
      for (let bank = 0; bank < p.size; bank++) {
        if (((banks >> BigInt(bank)) & 1n) === 0n) continue;
        const data = bench.big(`${port}_data_${bank}`);
        const start = (bank * words + bench.get(`${port}_address`)) * p.lanes;
        for (let b = 0; b < p.lanes; b++) {
          if ((bytes >> BigInt(b)) & 1n) memory[start + b] = Number((data >> BigInt(8 * b)) & 255n);
        }
      }
    }
    for (const [name, memory, at] of [
      ['param', to.params, 8],
      ['table', to.table, 4 * p.size],
    ] as const) {
      if (bench.get(`${name}_write_enable`) === 0) continue;
      const start = at * bench.get(`${name}_write_address`);
      const data = bench.big(`${name}_write_data`);
      for (let b = 0; b < 4 * p.size; b++) memory[start + b] = Number((data >> BigInt(8 * b)) & 255n);
    }
  }
}

async function open(p: ExionCoreParamsInput, kind: EngineKind = 'embedded'): Promise<LoaderBench> {
  return new LoaderBench(await PortBench.open(loader(p), kind), p, new Random(5));
}

const names = ['imem', 'wmem', 'eimem', 'ewmem', 'params', 'table'] as const;

function randomCommand(random: Random, p: LoaderShape): MoveCommand {
  const kind = random.below(9);
  const words = kind === moveKinds.X || kind === moveKinds.EX ? (2 * p.depth) / p.lanes : p.weightWords;
  const isParam = kind === moveKinds.PARAM;
  const isBad = random.bool(0.15);
  const dst = isParam ? (p.size / 2) * random.below((2 * p.params) / p.size) : random.below(words + (isBad ? 2 : 0));
  const room = Math.max(1, words - dst);
  const rows = kind === moveKinds.W_COLUMNS ? p.size * Math.min(room, 3) : p.lanes * Math.min(room, 4);
  return {
    kind: random.bool(0.02) ? 9 + random.below(7) : kind,
    n: random.below(rows + 1 + (isBad ? p.lanes : 0)),
    k: random.pick([0, 1, 1, 2, 2, 3]),
    dst: isBad && isParam ? dst + 1 : dst,
    sub: random.below(p.lanes / p.size + (isBad ? 1 : 0)),
    srcA: random.below(SCRATCH + 3),
    count: random.below((isParam ? p.params / (p.size / 2) : Math.min(room, 4) * (p.lanes / 4)) + (isBad ? 9 : 1)),
  };
}

/** Cycles of the doc comment. */
function cyclesOf(command: MoveCommand, p: LoaderShape): number {
  if (isMoveRefused(command, p)) return 3;
  const isHalved = p.size === 2 && command.kind === moveKinds.W_COLUMNS;
  return 4 + LATENCY + (isHalved ? Math.ceil(command.n / 2) : moveWords(command, p));
}

function soak(bench: LoaderBench, commands: number): { refused: number; kinds: Set<number> } {
  const { p, random } = bench;
  const found = { refused: 0, kinds: new Set<number>() };
  for (let i = 0; i < commands; i++) {
    const command = randomCommand(random, p);
    const wanted = structuredClone(bench.to);
    const refused = move(command, p, bench.scratch, wanted);
    const stall = i % 3 === 0 ? 0 : random.pick([0.2, 0.6]);
    const got = bench.run(command, stall)!;
    expect(got.refused, JSON.stringify(command)).toBe(refused);
    for (const name of names) {
      expect(Buffer.compare(bench.to[name], wanted[name]), `${name} of ${JSON.stringify(command)}`).toBe(0);
    }
    if (stall === 0) expect(got.cycles, JSON.stringify(command)).toBe(cyclesOf(command, p));
    if (refused) found.refused++;
    else found.kinds.add(command.kind);
  }
  return found;
}

describe('loader', () => {
  it.each(Object.keys(shapes))('moves as the golden model says: %s', async (name) => {
    const bench = await open(shapes[name]!);
    const { refused, kinds } = soak(bench, bench.p.size > 16 ? 60 : 150);
    expect(refused).toBeGreaterThan(5);
    expect([...kinds].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    bench.bench.close();
  });

  it.each(['4 x 4, 16 lanes', '8 x 8, 8 lanes'])('the same in Verilator: %s', async (name) => {
    const bench = await open(shapes[name]!, 'verilator');
    soak(bench, 60);
    bench.bench.close();
  });

  it('is idle and works after a reset in the middle of a command', async () => {
    const p = shapes['4 x 4, 4 lanes']!;
    const bench = await open(p);
    const command = { kind: moveKinds.W, n: 0, k: 0, dst: 0, sub: 0, srcA: 0, count: 16 };
    for (const after of [1, 2, 4, 7, 12]) {
      expect(bench.run(command, 0, after)).toBe(null);
      soak(bench, 8);
    }
    bench.bench.close();
  });

  it('has clean Verilog', async () => {
    await cleanVerilog(loader(shapes['2 x 2, 4 lanes']!));
    await cleanVerilog(loader(shapes['8 x 8, 8 lanes']!));
    await cleanVerilog(loader(exionCorePresets.main));
  });
});
