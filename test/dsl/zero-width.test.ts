// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  block,
  Bundle,
  clog2,
  elaborate,
  Enum,
  input,
  memory,
  output,
  sink,
  source,
  UInt,
  Vec,
} from '../../src/dsl/index.ts';
import { blockOf, expectRows, verilogOf } from './support.ts';

const Params = z.strictObject({ lanes: z.int().min(0), width: z.int().min(0) });

/** Degenerate parameters make values of 0 bits, vectors of 0 elements, and indices without bits. */
const picker = block('picker', Params, (m, p) => {
  const lane = UInt(p.width);
  const io = m.ports({
    lanes: input(Vec(p.lanes, lane)),
    index: input(UInt(clog2(Math.max(1, p.lanes)))),
    y: output(UInt(p.width)),
    all: output(UInt(p.lanes * p.width)),
    count: output(UInt(4)),
  });
  const { held } = m.regs({ held: Vec(p.lanes, lane).init(0) });
  held.next(io.lanes);
  io.y.assign(p.lanes === 0 ? 0 : io.lanes.read(io.index));
  io.all.assign(
    held
      .map((each) => each)
      .reduceRight<ReturnType<typeof m.lit<typeof lane>>>((all, each) => all.concat(each), m.lit(0, UInt(0))),
  );
  io.count.assign(p.lanes);
});

test('no lanes, one lane, lanes of no bits', async () => {
  await expectRows(picker({ lanes: 0, width: 4 }), [[{}, { y: 0, count: 0 }]]);
  await expectRows(picker({ lanes: 2, width: 0 }), [[{ index: 1 }, { y: 0, count: 2 }]]);
  const rows = [
    [{ lanes_0: 5 }, { y: 5, all: 0, count: 1 }],
    [{ lanes_0: 6 }, { y: 6, all: 5 }],
  ] as const;
  await expectRows(picker({ lanes: 1, width: 4 }), rows, ['embedded', 'icarus']);
});

test('what has no bits is not in the Verilog', () => {
  const text = verilogOf(picker({ lanes: 2, width: 0 }));
  expect(text).not.toMatch(/lanes_0|held|\by\b/);
});

test('operators over nothing', async () => {
  const dut = blockOf('nothing', (m) => {
    const io = m.ports({ a: input(UInt(0)), b: input(UInt(3)), y: output(UInt(3)), bits: output(UInt(8)) });
    io.y.assign(io.a.concat(io.b));
    const flags = [
      io.a.eq(io.a),
      io.a.lt(io.a),
      io.a.andR(),
      io.a.orR(),
      io.a.xorR(),
      io.a.ne(0),
      io.a.le(0),
      io.a.mul(io.b).eq(0),
    ];
    io.bits.assign(flags[0]!.concat(...flags.slice(1)));
  });
  await expectRows(dut, [[{ b: 5 }, { y: 5, bits: 0b1010_0011 }]], ['embedded', 'icarus']);
});

test('a stream without payload, and one whose payload has an empty field', async () => {
  const dut = blockOf('tokens', (m) => {
    const Item = Bundle({ id: UInt(0), data: UInt(4) });
    const io = m.ports({ in: sink(UInt(0)), out: source(UInt(0)), a: sink(Item), b: source(Item) });
    io.out.from(io.in);
    io.b.from(io.a);
  });
  await expectRows(
    dut,
    [
      [
        { in_valid: 1, out_ready: 0, a_valid: 1, a_payload_data: 3, b_ready: 1 },
        { out_valid: 1, in_ready: 0, b_valid: 1, b_payload_data: 3, a_ready: 1 },
      ],
    ],
    ['embedded', 'icarus'],
  );
});

test('an enumeration of one name and a memory of one word', async () => {
  const dut = blockOf('single', (m) => {
    const io = m.ports({
      only: input(Enum('One', ['ONLY'])),
      a: input(UInt(4)),
      y: output(UInt(4)),
      is: output(UInt(1)),
    });
    const { word } = m.mems({ word: memory(UInt(4), 1, { style: 'registers', init: [9] }) });
    const at = m.lit(0, UInt(0));
    word.write(at, io.a);
    io.y.assign(word.read('read', at, { collision: 'old' }));
    io.is.assign(io.only.is('ONLY'));
  });
  await expectRows(
    dut,
    [
      [{ a: 3 }, { is: 1 }],
      [{ a: 4 }, { y: 0, is: 1 }],
      [{ a: 5 }, { y: 3, is: 1 }],
      [{ a: 6 }, { y: 4, is: 1 }],
    ],
    ['embedded', 'icarus'],
  );
});

test('a module without a port', () => {
  const { top } = elaborate(blockOf('empty', () => undefined));
  expect(top.ports).toEqual([]);
});
