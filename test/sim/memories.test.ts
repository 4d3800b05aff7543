// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, elaborate, input, memory, output, UInt } from '../../src/dsl/index.ts';
import { createEmbedded, type EmbeddedEngine } from '../../src/sim/embedded.ts';
import type { EmbeddedOptions } from '../../src/sim/options.ts';
import { peek, poke, settled } from './support.ts';

describe('memories', () => {
  const dut = block(
    'dut',
    z.strictObject({ width: z.int(), collision: z.enum(['old', 'new', 'undefined']) }),
    (m, p) => {
      const io = m.ports({
        address: input(UInt(4)),
        read: input(UInt(4)),
        data: input(UInt(p.width)),
        write: input(Bool),
        mask: input(UInt(2)),
        sync: output(UInt(p.width)),
        now: output(UInt(p.width)),
      });
      const { words } = m.mems({
        words: memory(UInt(p.width), 12, { collision: p.collision, granule: p.width / 2, init: [7, 8, 9] }),
      });
      words.write(io.address, io.data, { enable: io.write, mask: io.mask });
      io.sync.assign(words.read('q', io.read));
      io.now.assign(words.readAsync('now', io.read));
      return io;
    },
  );

  function open(params: Parameters<typeof dut>[0], options: EmbeddedOptions = {}): EmbeddedEngine {
    return createEmbedded(elaborate(dut(params)), options);
  }

  for (const width of [8, 16, 32, 64, 130, 200]) {
    it(`read, write, mask and collide at ${width} bits`, () => {
      const half = BigInt(width / 2);
      const all = (1n << BigInt(width)) - 1n;
      for (const collision of ['old', 'new'] as const) {
        const engine = open({ width, collision });
        poke(engine, 'read', 1);
        expect(settled(engine, 'now')).toBe(8n);
        poke(engine, 'address', 1);
        poke(engine, 'data', all);
        poke(engine, 'write', 1);
        poke(engine, 'mask', 0b10);
        engine.step();
        const merged = ((all >> half) << half) | 8n;
        engine.settle();
        expect(peek(engine, 'now')).toBe(merged);
        expect(peek(engine, 'sync')).toBe(collision === 'old' ? 8n : merged);
        expect(engine.readMemory('words', 1)).toBe(merged);
        expect(engine.readMemory('words', 2)).toBe(9n);
        engine.writeMemory('words', 1, 3n);
        expect(settled(engine, 'now')).toBe(3n);
      }
    });
  }

  it('reports accesses beyond the depth, reads zero there and writes nothing', () => {
    const engine = open({ width: 8, collision: 'new' });
    poke(engine, 'address', 13);
    poke(engine, 'data', 0x55);
    poke(engine, 'write', 1);
    poke(engine, 'mask', 3);
    poke(engine, 'read', 13);
    engine.step();
    expect(settled(engine, 'sync')).toBe(0n);
    expect(settled(engine, 'now')).toBe(0n);
    expect(engine.takeEvents()).toHaveLength(2);
    const lax = open({ width: 8, collision: 'old' }, { strictMemory: false });
    poke(lax, 'read', 15);
    lax.step(5);
    expect(lax.takeEvents()).toEqual([]);
  });

  it.each([64, 130, 200])('gives anything on a collision that the design leaves open, %i bits', (width) => {
    const engine = open({ width, collision: 'undefined' }, { collisions: 'random' });
    poke(engine, 'write', 1);
    poke(engine, 'mask', 3);
    const seen = new Set<bigint>();
    for (let i = 0; i < 10; i++) {
      engine.step();
      const word = settled(engine, 'sync');
      expect(word >> BigInt(width)).toBe(0n);
      seen.add(word);
    }
    expect(seen.size).toBe(10);
    poke(engine, 'write', 0);
    engine.step();
    expect(settled(engine, 'sync')).toBe(0n);
  });

  it('starts at random where nothing is said', () => {
    const a = open({ width: 64, collision: 'old' }, { powerUp: { random: 1 } });
    const b = open({ width: 64, collision: 'old' }, { powerUp: { random: 2 } });
    expect(a.readMemory('words', 0)).toBe(7n);
    expect(settled(a, 'sync')).not.toBe(settled(b, 'sync'));
  });
});
