// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, input, memory, output, UInt } from '../../../src/dsl/index.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { lutCount, synthEach } from '../../support/yosys.ts';
import { dual, simple, single } from './memory-blocks.ts';

const none = z.strictObject({});

/** Every form that block RAM can hold. */
async function blockMemories() {
  const rom = block('rom', none, (m) => {
    const io = m.ports({ ra: input(UInt(10)), q: output(UInt(32)) });
    const init = Array.from({ length: 1024 }, (_, i) => (i * 2654435761) % 2 ** 32);
    const { words } = m.mems({ words: memory(UInt(32), 1024, { init }) });
    io.q.assign(words.read('q', io.ra));
    return io;
  });
  const blocks = [
    simple({ collision: 'old' }, 1024, 32, 'old'),
    simple({ collision: 'undefined' }, 1024, 32, 'open'),
    simple({ collision: 'new' }, 1024, 32, 'latest'),
    simple({ granule: 8 }, 1024, 32, 'lanes'),
    single('no-change', 'no_change'),
    single('read-first', 'read_first'),
    single('write-first', 'write_first'),
    dual(1, 'dual_1'),
    dual(2, 'dual_2'),
    rom({}),
  ];
  return (await Promise.all(blocks.map((each) => cleanVerilog(each)))).flat();
}

describe('block RAM', () => {
  it('on Xilinx holds every form, with next to no logic', async () => {
    const cells = await synthEach(await blockMemories(), 'xilinx');
    for (const [name, own] of cells)
      if (name !== 'all_of_them') expect([name, own]).toMatchObject([name, { RAMB36E1: 1 }]);
    const luts = Object.fromEntries([...cells].map(([name, own]) => [name, lutCount(own)]));
    expect(luts).toMatchObject({ old: 0, open: 0, no_change: 1, dual_1: 2, dual_2: 2, rom: 0 });
    expect(luts['lanes']).toBeLessThanOrEqual(4);
    expect(luts['read_first']).toBeLessThanOrEqual(1);
    expect(luts['write_first']).toBeLessThanOrEqual(1);
  });

  it('on Lattice holds every form; open collisions need no logic', async () => {
    const cells = await synthEach(await blockMemories(), 'ecp5');
    for (const [name, own] of cells)
      if (name !== 'all_of_them') expect([name, own]).toMatchObject([name, { DP16KD: 2 }]);
    expect(cells.get('open')).toEqual({ DP16KD: 2 });
    expect(cells.get('rom')).toEqual({ DP16KD: 2 });
    expect(lutCount(cells.get('dual_2')!)).toBeLessThanOrEqual(2);
  });
});
