// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Random } from '../../../sim/index.ts';
import { maskMemory } from '../../../src/modules/exion/core/mask-memory.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { PortBench } from './top.bench.ts';

const shapes = [
  { size: 2, maskWords: 16 },
  { size: 4, maskWords: 22 },
  { size: 4, maskWords: 3 },
  { size: 16, maskWords: 64 },
];

test.each<[EngineKind, (typeof shapes)[number]]>([
  ...shapes.map((shape): [EngineKind, (typeof shapes)[number]] => ['embedded', shape]),
  ['verilator', shapes[1]!],
  ['icarus', shapes[1]!],
])('a word and a block of C words are read at any address while others are written: %s, %j', async (kind, shape) => {
  const { size, maskWords } = shape;
  const bench = await PortBench.open(maskMemory({ ...shape, readers: 1, writers: 1 }), kind);
  const random = new Random(size + maskWords);
  const known = Array.from({ length: maskWords }, () => random.below(2 ** size));
  const write = (address: number): void => {
    bench.set('write_0_valid', 1);
    bench.set('write_0_payload_address', address);
    bench.set('write_0_payload_data', known[address]!);
  };
  for (let address = 0; address < maskWords; address++) {
    write(address);
    bench.edge();
  }
  for (let i = 0; i < 200; i++) {
    const from = i < maskWords ? i : random.below(maskWords);
    const word = random.below(maskWords);
    bench.set('block_enable', 1);
    bench.set('block_address', from);
    bench.set('read_0_enable', 1);
    bench.set('read_0_address', word);
    // A word that is not read in this cycle is written in it.
    const other = random.below(maskWords);
    bench.set('write_0_valid', 0);
    if (other !== word && (other < from || other >= from + size)) {
      known[other] = random.below(2 ** size);
      write(other);
    }
    bench.edge();
    // The words stay, whatever the addresses do.
    bench.set('block_enable', 0);
    bench.set('block_address', random.below(maskWords));
    bench.set('read_0_enable', 0);
    bench.set('write_0_valid', 0);
    if (random.bool()) bench.edge();
    bench.settle();
    expect(bench.get('read_0_data')).toBe(known[word]);
    for (let j = 0; j < size && from + j < maskWords; j++) {
      expect(bench.get(`block_data_${j}`), `word ${j} from ${from}`).toBe(known[from + j]);
    }
  }
  bench.close();
});
