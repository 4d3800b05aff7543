// SPDX-License-Identifier: Apache-2.0
import { openEngine, Random } from '../../sim/index.ts';
import { fields } from '../../src/modules/zkflex/fields.ts';
import { type Montgomery, montgomery, montgomeryProduct } from '../../src/modules/zkflex/golden/montgomery.ts';
import { modeBits, modes, modularLatency, TCoreParams, tcorePresets } from '../../src/modules/zkflex/tcore.params.ts';
import { tcore } from '../../src/modules/zkflex/tcore/tcore.ts';
import type { Engine, EngineKind, PortSlot } from '../../src/sim/engine.ts';
import { cpuTimer } from '../cpu-time.ts';
import type { BenchRow } from '../row.ts';
import { wordsOf } from '../words.ts';

const GOAL = 20_000;
/** CPU seconds for a mode. */
const SECONDS = { verilator: 2, embedded: 2, icarus: 0 } as const satisfies Record<EngineKind, number>;
/** Operand pairs of a lane, in turn. More than are in flight. */
const PAIRS = 64;
const SLOT = 3;

const params = TCoreParams.parse(tcorePresets.main);
const fieldOfMode = [fields.bn254Fr, fields.bls12381Fq, fields.mnt4753Fr];

/**
 * TCore, preset main, with new operands in every lane and slot and every result compared: cycles in a second of CPU time, host included, whatever
 * else runs on the machine. The build of the model is not counted.
 */
export async function run(): Promise<BenchRow[]> {
  const native = await rates('verilator');
  const embedded = await rates('embedded');
  return native.flatMap((rate, mode): BenchRow[] => {
    const name = `TCore main, ${modeBits(params, mode)} bits`;
    const ours = embedded[mode]!;
    return [
      {
        name: `${name}, Verilator`,
        value: rate,
        unit: 'cycles/s of CPU',
        peer: `goal ${GOAL / 1000} k`,
        ratio: rate / GOAL,
        target: '>= 1',
      },
      {
        name: `${name}, embedded`,
        value: ours,
        unit: 'cycles/s of CPU',
        peer: `Verilator ${(rate / 1000).toPrecision(3)} k`,
        ratio: ours / rate,
        target: '',
      },
    ];
  });
}

/** Cycles a second in each mode. */
async function rates(kind: 'verilator' | 'embedded'): Promise<number[]> {
  const engine = await openEngine(tcore(params), { engine: kind });
  try {
    return modes.map((_, mode) => new Driver(engine, mode).rate(SECONDS[kind]));
  } finally {
    engine.close();
  }
}

/** The ports of a lane, and what goes through it in turn, as words. */
interface Lane {
  readonly a: PortSlot;
  readonly b: PortSlot;
  readonly valid: PortSlot;
  readonly x: PortSlot;
  readonly operands: readonly (readonly [a: Uint32Array, b: Uint32Array])[];
  readonly products: readonly Uint32Array[];
}

class Driver {
  readonly #engine: Engine;
  readonly #slots: ReadonlyMap<string, PortSlot>;
  readonly #lanes: readonly Lane[];

  /** Configures a core on which nothing is in flight. */
  constructor(engine: Engine, mode: number) {
    this.#engine = engine;
    this.#slots = new Map(engine.ports.map((port) => [port.name, port]));
    const field = montgomery(fieldOfMode[mode]!.prime, modeBits(params, mode));
    this.#set('rst', 1n);
    engine.step(2);
    this.#set('rst', 0n);
    for (const [name, value] of [
      ['mode', BigInt(mode)],
      ['modulus', field.p],
      ['inverse', field.inverse],
      ['load', 1n],
    ] as const) {
      this.#set(`configure_${name}`, value);
    }
    engine.step();
    this.#set('configure_load', 0n);
    this.#lanes = Array.from({ length: modes[mode]!.lanes }, (_, lane) => this.#lane(`lanes_lane${lane}`, lane, field));
  }

  /** All lanes take operands in the same cycle of three, and the latency is a multiple of three: one look at the ports a slot. */
  rate(seconds: number): number {
    const engine = this.#engine;
    const slot = this.#slot('slot');
    engine.settle();
    while (engine.io[slot.offset] !== 1) {
      engine.step();
      engine.settle();
    }
    const latency = modularLatency(params) / SLOT;
    const spent = cpuTimer();
    let turn = 0;
    while (spent() < seconds) {
      for (let i = 0; i < 100; i++, turn++) {
        for (const lane of this.#lanes) {
          const [a, b] = lane.operands[turn % PAIRS]!;
          engine.io.set(a, lane.a.offset);
          engine.io.set(b, lane.b.offset);
        }
        engine.settle();
        if (turn >= latency) for (const lane of this.#lanes) check(engine.io, lane, (turn - latency) % PAIRS);
        engine.step(SLOT);
      }
    }
    const total = spent();
    for (let i = 0; i < modes[0].lanes; i++) this.#set(`lanes_lane${i}_request_valid`, 0n);
    return (turn * SLOT) / total;
  }

  #lane(name: string, number: number, field: Montgomery): Lane {
    const random = new Random(number + 1);
    const operand = (): bigint => BigInt(random.bits(Number(field.n))) % field.p;
    const pairs = Array.from({ length: PAIRS }, () => [operand(), operand()] as const);
    const [a, b] = [this.#slot(`${name}_request_payload_a`), this.#slot(`${name}_request_payload_b`)];
    const [valid, x] = [this.#slot(`${name}_result_valid`), this.#slot(`${name}_result_x`)];
    this.#set(`${name}_request_valid`, 1n);
    return {
      ...{ a, b, valid, x },
      operands: pairs.map(([p, q]) => [wordsOf(p, a.words), wordsOf(q, b.words)]),
      products: pairs.map(([p, q]) => wordsOf(montgomeryProduct(p, q, field), x.words)),
    };
  }

  #slot(name: string): PortSlot {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw new Error(`TCore has no port ${name}`);
    return slot;
  }

  #set(name: string, value: bigint): void {
    const { offset, words } = this.#slot(name);
    this.#engine.io.set(wordsOf(value, words), offset);
  }
}

function check(io: Uint32Array, { valid, x, products }: Lane, pair: number): void {
  const expected = products[pair]!;
  const isEqual = expected.every((word, i) => io[x.offset + i] === word);
  if (io[valid.offset] !== 1 || !isEqual) throw new Error('a product is missing or wrong');
}
