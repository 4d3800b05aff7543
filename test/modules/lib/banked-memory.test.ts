// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { bankedMemory } from '../../../src/modules/lib/banked-memory.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { synthCells } from '../../support/yosys.ts';
import { flow, openBench, Random } from './stream-bench.ts';

interface Shape {
  readonly width: number;
  readonly depth: number;
  readonly banks: number;
  readonly ports: number;
  readonly granule: number;
}

const shapes: Shape[] = [
  { width: 32, depth: 8, banks: 4, ports: 3, granule: 8 },
  { width: 16, depth: 4, banks: 1, ports: 1, granule: 0 },
  { width: 12, depth: 5, banks: 2, ports: 4, granule: 4 },
  { width: 8, depth: 1, banks: 4, ports: 2, granule: 8 },
  { width: 9, depth: 16, banks: 8, ports: 1, granule: 1 },
];

interface Request {
  readonly write: boolean;
  readonly address: number;
  readonly data: bigint;
  readonly mask: bigint;
}

/** A memory of words, in the order in which accesses are taken. */
class Model {
  readonly #words = new Map<number, bigint>();
  constructor(readonly shape: Shape) {}

  write({ address, data, mask }: Request): void {
    const { width, granule } = this.shape;
    const lane = granule === 0 ? width : granule;
    let word = this.read(address);
    for (let i = 0; i * lane < width; i++) {
      const bits = ((1n << BigInt(lane)) - 1n) << BigInt(i * lane);
      if (granule === 0 || (mask >> BigInt(i)) & 1n) word = (word & ~bits) | (data & bits);
    }
    this.#words.set(address, word);
  }

  read(address: number): bigint {
    return this.#words.get(address) ?? 0n;
  }
}

/** Random accesses on all ports, checked against the model in the order in which they are taken. */
async function check(shape: Shape, seed: number, kind: EngineKind, cycles: number): Promise<number> {
  const bench = await openBench(bankedMemory(shape), kind);
  const { engine } = bench;
  const slots = new Map(engine.ports.map((slot) => [slot.name, slot]));
  const put = (name: string, value: bigint | number): void => {
    const slot = slots.get(name);
    if (!slot || slot.width === 0) return;
    for (let w = 0; w < slot.words; w++)
      engine.io[slot.offset + w] = Number((BigInt(value) >> BigInt(32 * w)) & 0xffffffffn);
  };
  const get = (name: string): number => engine.io[slots.get(name)!.offset]!;
  const random = new Random(seed);
  const { banks, depth, ports, width, granule } = shape;
  const model = new Model(shape);
  const words = banks * depth;
  const masks = granule === 0 ? 0 : width / granule;
  // Fill first, so that every word is known.
  const pending = Array.from({ length: ports }, (): Request[] => []);
  for (let address = 0; address < words; address++) {
    pending[0]!.push({
      write: true,
      address: addressOf(address, shape),
      data: random.bits(width),
      mask: (1n << BigInt(masks)) - 1n,
    });
  }
  let filling = true;
  const expected = Array.from({ length: ports }, (): bigint[] => []);
  let answered = 0;
  for (let cycle = 0; cycle < cycles; cycle++) {
    if (filling && pending[0]!.length === 0) filling = false;
    for (let i = 0; i < ports; i++) {
      if (!filling && pending[i]!.length === 0 && random.below(4) > 0) {
        const address = addressOf(random.below(words), shape);
        pending[i]!.push({ write: random.below(2) === 0, address, data: random.bits(width), mask: random.bits(masks) });
      }
      const request = pending[i]![0];
      put(`request_${i}_valid`, request ? 1 : 0);
      if (request) {
        put(`request_${i}_payload_write`, request.write ? 1 : 0);
        put(`request_${i}_payload_address`, request.address);
        put(`request_${i}_payload_data`, request.data);
        put(`request_${i}_payload_mask`, request.mask);
      }
      put(`response_${i}_ready`, random.below(3) > 0 ? 1 : 0);
    }
    engine.settle();
    const taken: Request[] = [];
    for (let i = 0; i < ports; i++) {
      if (get(`response_${i}_valid`) === 1) {
        expect(expected[i]!.length, 'a response without a read').toBeGreaterThan(0);
        if (get(`response_${i}_ready`) === 1) {
          expect(BigInt(get(`response_${i}_payload`)), `cycle ${cycle}`).toBe(expected[i]!.shift());
          answered++;
        }
      }
      const request = pending[i]![0];
      if (!request || get(`request_${i}_ready`) === 0) continue;
      pending[i]!.shift();
      taken.push(request);
      if (!request.write) expected[i]!.push(model.read(request.address));
    }
    // At most one access a bank; reads see the writes of earlier cycles.
    expect(new Set(taken.map(({ address }) => address % banks)).size).toBe(taken.length);
    for (const request of taken) if (request.write) model.write(request);
    engine.step();
  }
  expect(engine.takeEvents()).toEqual([]);
  bench.close();
  return answered;
}

function addressOf(index: number, { banks }: Shape): number {
  return (index % banks) | (Math.floor(index / banks) * banks);
}

describe('banked memory', () => {
  test.each(shapes)('$ports ports, $banks banks of $depth x $width', async (shape) => {
    for (const seed of [1, 2, 3]) expect(await check(shape, seed, 'embedded', 1500)).toBeGreaterThan(150);
  });

  test('ports on different banks never wait', async () => {
    const reads = Array.from({ length: 50 }, (_, n) => [0n, BigInt((n % 8) * 4), 0n] as const);
    const drive = Object.fromEntries(
      [0, 1, 2, 3].map((i) => [`request_${i}`, reads.map(([w, a, d]) => [w, a + BigInt(i), d])]),
    );
    const collect = Object.fromEntries([0, 1, 2, 3].map((i) => [`response_${i}`, 50]));
    const { at } = await flow(bankedMemory({ width: 8, depth: 8, banks: 4, ports: 4 }), { drive, collect });
    for (const when of Object.values(at)) expect(when).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  });

  test.each(['verilator', 'icarus'] as const)('%s', async (kind) => {
    expect(await check(shapes[0]!, 5, kind, kind === 'icarus' ? 300 : 600)).toBeGreaterThan(20);
  });

  test('the Verilog is clean', async () => {
    // Yosys remarks on a memory of one word.
    for (const shape of shapes.filter(({ depth }) => depth > 1)) await cleanVerilog(bankedMemory(shape));
  });

  test('a bank becomes one block RAM', async () => {
    const files = await cleanVerilog(bankedMemory({ width: 32, depth: 1024, banks: 2, ports: 2, granule: 8 }));
    const cells = await synthCells(files, 'banked_memory', 'xilinx');
    expect(cells.RAMB36E1).toBe(2);
  });
});
