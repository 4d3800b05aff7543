// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import {
  Bool,
  Bundle,
  clockDomain,
  input,
  memory,
  type MemoryOptions,
  output,
  SInt,
  UInt,
  Vec,
} from '../../src/dsl/index.ts';
import { blockOf, elaborated, expectRows, faultOf } from './support.ts';

const engines = ['embedded', 'icarus'] as const;

/** One write and one synchronous read port. */
const simple = (options: MemoryOptions) =>
  blockOf(`simple_${options.collision ?? 'undefined'}`, (m) => {
    const io = m.ports({
      wa: input(UInt(2)),
      d: input(UInt(8)),
      we: input(Bool),
      ra: input(UInt(2)),
      re: input(Bool),
      q: output(UInt(8)),
    });
    const { table } = m.mems({ table: memory(UInt(8), 4, { init: [10, 11, 12], ...options }) });
    table.write(io.wa, io.d, { enable: io.we });
    io.q.assign(table.read('read', io.ra, { enable: io.re }));
  });

describe('memories', () => {
  test.each([
    ['old', 11],
    ['new', 99],
  ] as const)('a synchronous read beside a write gives the %s word', async (collision, seen) => {
    await expectRows(
      simple({ collision }),
      [
        [{ ra: 0, re: 1 }, {}],
        [{ ra: 1, re: 1, wa: 1, d: 99, we: 1 }, { q: 10 }],
        [{ ra: 2, re: 0, we: 0 }, { q: seen }],
        [{ ra: 1, re: 1, we: 0 }, { q: seen }],
        [{ ra: 3, re: 1, we: 0 }, { q: 99 }],
        [{ re: 0, we: 0 }, { q: 0 }],
      ],
      engines,
    );
  });

  test('a port inside a when is enabled by its conditions', async () => {
    const dut = blockOf('guarded', (m) => {
      const io = m.ports({
        go: input(Bool),
        up: input(Bool),
        at: input(UInt(2)),
        d: input(UInt(4)),
        q: output(UInt(4)),
      });
      const { table } = m.mems({ table: memory(UInt(4), 4, { style: 'registers', init: [1, 2, 3, 4] }) });
      m.when(io.go, () => {
        m.when(io.up, () => table.write(io.at, io.d));
      });
      io.q.assign(table.readAsync('look', io.at));
    });
    await expectRows(
      dut,
      [
        [{ go: 1, up: 0, at: 1, d: 9 }, { q: 2 }],
        [{ go: 0, up: 1, at: 1, d: 9 }, { q: 2 }],
        [{ go: 1, up: 1, at: 1, d: 9 }, { q: 2 }],
        [{ go: 0, up: 0, at: 1, d: 0 }, { q: 9 }],
      ],
      engines,
    );
  });

  test('lanes of a word', async () => {
    const dut = blockOf('lanes', (m) => {
      const io = m.ports({ mask: input(UInt(2)), d: input(UInt(8)), q: output(UInt(8)) });
      const { word } = m.mems({ word: memory(UInt(8), 2, { granule: 4, init: [0x12], collision: 'old' }) });
      const at = m.lit(0, UInt(1));
      word.write(at, io.d, { mask: io.mask });
      io.q.assign(word.read('read', at));
    });
    await expectRows(
      dut,
      [
        [{ mask: 0, d: 0xff }, {}],
        [{ mask: 1, d: 0xab }, { q: 0x12 }],
        [{ mask: 2, d: 0xcd }, { q: 0x12 }],
        [{ mask: 0, d: 0 }, { q: 0x1b }],
        [{ mask: 0, d: 0 }, { q: 0xcb }],
      ],
      engines,
    );
  });

  test.each([
    ['no-change', [10, 10, 77]],
    ['read-first', [10, 11, 77]],
    ['write-first', [10, 77, 77]],
  ] as const)('one access a cycle, %s', async (mode, seen) => {
    const dut = blockOf(`access_${mode.replace('-', '_')}`, (m) => {
      const io = m.ports({ at: input(UInt(2)), d: input(UInt(8)), we: input(Bool), q: output(UInt(8)) });
      const { table } = m.mems({ table: memory(UInt(8), 4, { init: [10, 11, 12, 13] }) });
      io.q.assign(table.port('access', { address: io.at, write: io.we, data: io.d, mode }));
    });
    await expectRows(
      dut,
      [
        [{ at: 0, we: 0 }, {}],
        [{ at: 1, d: 77, we: 1 }, { q: seen[0] }],
        [{ at: 1, we: 0 }, { q: seen[1] }],
        [{ at: 1, we: 0 }, { q: seen[2] }],
      ],
      engines,
    );
  });

  test('words of any type', async () => {
    const Item = Bundle({ id: UInt(2), values: Vec(2, SInt(4)) });
    const dut = blockOf('typed', (m) => {
      const io = m.ports({ at: input(UInt(1)), item: input(Item), we: input(Bool), y: output(Item) });
      const { items } = m.mems({ items: memory(Item, 2, { style: 'registers', init: [0b01_1111_0010] }) });
      items.write(io.at, io.item, { enable: io.we });
      m.drive(io.y, items.readAsync('look', io.at));
    });
    await expectRows(
      dut,
      [
        [
          { at: 0, we: 0 },
          { y_id: 1, y_values_0: 2, y_values_1: -1 },
        ],
        [{ at: 1, we: 1, item_id: 3, item_values_0: -8, item_values_1: 7 }, { y_id: 0 }],
        [
          { at: 1, we: 0 },
          { y_id: 3, y_values_0: -8, y_values_1: 7 },
        ],
      ],
      engines,
    );
  });

  test('depths that are no power of two', () => {
    const { top } = elaborated((m) => {
      const io = m.ports({ at: input(UInt(3)), d: input(UInt(4)), q: output(UInt(4)) });
      const { t } = m.mems({ t: memory(UInt(4), 5, { init: [-1, 1n] }) });
      t.write(io.at, io.d);
      io.q.assign(t.read('read', io.at));
    });
    expect(top.memories[0]!.init).toEqual([15n, 1n, 0n, 0n, 0n]);
  });

  test('ports of two clocks', () => {
    const other = clockDomain('other');
    const { top } = elaborated((m) => {
      const io = m.ports({
        wa: input(UInt(2)),
        d: input(UInt(4)),
        ra: input(UInt(2), '', { domain: other }),
        q: output(UInt(4), '', { domain: other }),
      });
      const { t } = m.mems({ t: memory(UInt(4), 4) });
      t.write(io.wa, io.d);
      m.in(other, () => io.q.assign(t.read('read', io.ra)));
    });
    expect(top.memories[0]!.ports.map((port) => port.domain.name)).toEqual(['sys', 'other']);
  });
});

describe('memories that cannot be', () => {
  const made = (options: MemoryOptions, depth = 4): string =>
    faultOf((m) => m.mems({ t: memory(UInt(4), depth, options) }));
  test.each([
    ['no words', {}, 0, 'KLN-M001 top: The memory t cannot have 0 words.'],
    [
      'too many initial words',
      { init: [1, 2, 3] },
      2,
      'KLN-M001 top: 3 initial words do not fit in the memory t of 2.',
    ],
    [
      'a word that is too wide',
      { init: [0, 16] },
      2,
      'KLN-W003 top: Initial word 1 of the memory t, 16, does not fit in 4 bits.',
    ],
    ['a fraction', { init: [0.5] }, 2, 'KLN-W003 top: Initial word 0 of the memory t, 0.5, does not fit in 4 bits.'],
  ])('%s', (_, options, depth, message) => {
    expect(made(options, depth)).toBe(message);
  });

  test('an address of another width', () => {
    const text = faultOf((m) => {
      const io = m.ports({ at: input(UInt(2)) });
      m.mems({ t: memory(UInt(4), 5) }).t.read('read', io.at);
    });
    expect(text).toBe('KLN-W001 top: t has 5 words and needs 3 address bits, but at has 2.');
  });

  test('data of another type', () => {
    const text = faultOf((m) => {
      const io = m.ports({ at: input(UInt(2)), d: input(UInt(5)) });
      m.mems({ t: memory(UInt(4), 4) }).t.write(io.at, io.d);
    });
    expect(text).toBe('KLN-W001 top: t has 4 bits, but d has 5.');
  });
});
