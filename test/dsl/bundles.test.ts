// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { Bool, Bundle, input, output, pack, sink, source, UInt, unpack, Vec } from '../../src/dsl/index.ts';
import { blockOf, elaborated, expectRows, faultOf, linesOf } from './support.ts';

const Pair = Bundle({ x: UInt(4), y: UInt(4) });
const Tagged = Bundle({ pair: Pair, tag: UInt(2) });

describe('bundles', () => {
  const swap = blockOf('swap', (m) => {
    const io = m.ports({ a: input(Tagged), y: output(Tagged), flat: output(UInt(10)), back: output(Pair) });
    const { held } = m.regs({ held: Tagged.init({ pair: { x: 1, y: 2 }, tag: 3 }) });
    const { turned } = m.wires({ turned: Pair });
    m.drive(turned, { x: io.a.pair.y, y: io.a.pair.x });
    m.drive(held, { pair: turned, tag: io.a.tag });
    m.drive(io.y, held);
    io.flat.assign(pack(io.a));
    m.drive(io.back, unpack(pack(io.a as never).slice(9, 2), Pair));
  });

  test('fields of ports, wires and registers, nested', async () => {
    await expectRows(
      swap,
      [
        [
          { a_pair_x: 5, a_pair_y: 6, a_tag: 1 },
          { y_pair_x: 1, y_pair_y: 2, y_tag: 3, flat: 0b0101_0110_01, back_x: 5, back_y: 6 },
        ],
        [
          { a_pair_x: 9, a_pair_y: 0, a_tag: 0 },
          { y_pair_x: 6, y_pair_y: 5, y_tag: 1, flat: 0b1001_0000_00, back_x: 9, back_y: 0 },
        ],
      ],
      ['embedded', 'icarus'],
    );
  });

  test('names are field paths', () => {
    expect(linesOf(swap, /^reg /)).toEqual(['reg [3:0] held_pair_x;', 'reg [3:0] held_pair_y;', 'reg [1:0] held_tag;']);
  });

  test('a plain record of views is a bundle', () => {
    const { top } = elaborated((m) => {
      const io = m.ports({ a: input(UInt(4)), b: input(Bool), y: output(UInt(5)) });
      const { both } = m.nets({ both: { value: io.a, flag: io.b } });
      io.y.assign(both.value.concat(both.flag));
    });
    expect(top.nets.map((net) => net.name)).toEqual(['both_value', 'both_flag']);
  });

  test.each([
    ['a missing field', { x: 1 }, 'Value and target differ: the field y is missing.'],
    ['a field too many', { x: 1, y: 2, z: 3 }, 'Value and target differ: there is no field z; the fields are x, y.'],
    ['a number', 3, 'Value and target differ: a record with the fields x, y is needed, not number.'],
  ])('%s', (_, value, message) => {
    const text = faultOf((m) => {
      const { pair } = m.wires({ pair: Pair });
      m.drive(pair, value);
    });
    expect(text).toBe(`KLN-D005 top: ${message}`);
  });
});

describe('vectors', () => {
  const file = blockOf('file', (m) => {
    const io = m.ports({
      at: input(UInt(2)),
      write: input(Bool),
      data: input(Pair),
      y: output(Pair),
      first: output(UInt(4)),
    });
    const { rows } = m.regs({ rows: Vec(3, Pair).init(0) });
    m.when(io.write, () => rows.write(io.at, io.data));
    m.drive(io.y, rows.read(io.at));
    io.first.assign(rows.at(0).x);
  });

  test('dynamic read and write; beyond the end the last is read and nothing written', async () => {
    const put = (at: number, x: number) => ({ at, write: 1, data_x: x, data_y: 15 - x });
    await expectRows(
      file,
      [
        [put(0, 1), { y_x: 0, y_y: 0, first: 0 }],
        [put(2, 3), { y_x: 0, first: 1 }],
        [put(3, 7), { y_x: 3, y_y: 12 }],
        [
          { at: 3, write: 0 },
          { y_x: 3, y_y: 12 },
        ],
        [
          { at: 0, write: 0 },
          { y_x: 1, y_y: 14, first: 1 },
        ],
        [
          { at: 1, write: 0 },
          { y_x: 0, y_y: 0 },
        ],
      ],
      ['embedded', 'icarus'],
    );
  });

  test('shift register: all elements at once, and vectors of vectors', async () => {
    const dut = blockOf('shift', (m) => {
      const io = m.ports({ a: input(UInt(4)), i: input(UInt(1)), y: output(Vec(3, UInt(4))), z: output(UInt(4)) });
      const { line } = m.regs({ line: Vec(3, UInt(4)).init([7, 8, 9]) });
      line.next([io.a, line.at(0), line.at(1)]);
      io.y.assign(line);
      const { grid } = m.wires({ grid: Vec(2, Vec(2, UInt(4))) });
      grid.assign([
        [1, 2],
        [line.at(0), 4],
      ]);
      io.z.assign(grid.read(io.i).at(0));
    });
    await expectRows(dut, [
      [
        { a: 1, i: 0 },
        { y_0: 7, y_1: 8, y_2: 9, z: 1 },
      ],
      [
        { a: 2, i: 1 },
        { y_0: 1, y_1: 7, y_2: 8, z: 1 },
      ],
      [
        { a: 3, i: 1 },
        { y_0: 2, y_1: 1, y_2: 7, z: 2 },
      ],
    ]);
  });

  test('iteration, map and length', () => {
    elaborated((m) => {
      const io = m.ports({ a: input(Vec(4, UInt(3))), y: output(UInt(3)) });
      expect(io.a.length).toBe(4);
      expect([...io.a].map((each) => each.describe())).toEqual(['a_0', 'a_1', 'a_2', 'a_3']);
      const sums = io.a.map((each, i) => each.addWrap(i));
      io.y.assign(sums.reduce((all, each) => all.xor(each)));
    });
  });

  test('a vector of another length', () => {
    const text = faultOf((m) => m.wires({ v: Vec(2, Bool) }).v.assign([1]));
    expect(text).toBe(
      'KLN-D005 top: Value and target differ: a vector of 2 elements is needed, not a vector of 1 elements.',
    );
  });

  test('an element beyond the end', () => {
    expect(faultOf((m) => m.wires({ v: Vec(2, Bool) }).v.at(2))).toBe(
      'KLN-W004 top: A vector of 2 elements has no element 2.',
    );
  });
});

test('packing: the first field and the last element on top', async () => {
  const dut = blockOf('packing', (m) => {
    const io = m.ports({ a: input(Bundle({ head: UInt(4), tail: Vec(2, UInt(4)) })), y: output(UInt(12)) });
    io.y.assign(pack(io.a));
  });
  await expectRows(dut, [[{ a_head: 1, a_tail_0: 2, a_tail_1: 3 }, { y: 0x132 }]]);
});

test('unpack needs the bits of the type', () => {
  expect(faultOf((m) => unpack(m.ports({ a: input(UInt(9)) }).a, Pair))).toBe(
    'KLN-W001 top: a has 9 bits, but the type to unpack has 8.',
  );
});

test('a stream of bundles', async () => {
  const dut = blockOf('turn', (m) => {
    const io = m.ports({ in: sink(Pair), out: source(Pair) });
    io.out.from(io.in.map(({ x, y }) => ({ x: y, y: x })));
    return io;
  });
  await expectRows(dut, [
    [
      { in_valid: 1, in_payload_x: 1, in_payload_y: 2, out_ready: 1 },
      { out_valid: 1, out_payload_x: 2, out_payload_y: 1, in_ready: 1 },
    ],
    [
      { in_valid: 0, out_ready: 0 },
      { out_valid: 0, in_ready: 0 },
    ],
  ]);
});
