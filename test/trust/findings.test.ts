// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { block, Bool, elaborate, input, memory, type ModuleBuilder, output, SInt, UInt } from '../../src/dsl/index.ts';
import { openEngine } from '../../sim/index.ts';
import { emitDesign } from '../../src/gen/verilog/index.ts';
import { lintVerilog } from '../support/verilog-lint.ts';

/** The smallest designs at which the random circuits once failed. */
function designOf(body: (m: ModuleBuilder) => void): ReturnType<typeof elaborate> {
  return elaborate(block('found', z.strictObject({}), body)({}));
}

async function lint(body: (m: ModuleBuilder) => void): Promise<string> {
  const files = emitDesign(designOf(body));
  await lintVerilog(files);
  return files.at(-1)!.text;
}

/** A memory of which one lane of a constant word is written under a mask that is an expression. */
function lanes(width: number, granule: number): (m: ModuleBuilder) => void {
  return (m) => {
    const io = m.ports({ at: input(UInt(2)), lanes: input(UInt(width / granule)), out: output(UInt(width)) });
    const { words } = m.mems({ words: memory(UInt(width), 4, { granule }) });
    words.write(io.at, m.lit(1, UInt(width)), { mask: io.lanes.shl(io.at) });
    io.out.assign(words.read('head', io.at, { collision: 'old' }));
  };
}

describe('Verilog that every tool takes', () => {
  test('lanes of constants and of expressions: only a name can be indexed', async () => {
    await lint(lanes(8, 2));
  });

  test('lanes as wide as the word need no loop, so they declare no counter', async () => {
    expect(await lint(lanes(8, 8))).not.toContain('integer');
  });

  test('more lanes than Verilator unrolls in one loop', async () => {
    await lint(lanes(100, 1));
  });

  test('a table beside an assignment of the other bits is no second driver', async () => {
    await lint((m) => {
      const io = m.ports({ index: input(UInt(2)), a: input(UInt(4)), out: output(UInt(8)) });
      io.out.part(3, 0).assign(io.a);
      io.out.part(7, 4).assign(io.index.pick([io.a, io.a.not(), io.a.addWrap(1)]));
    });
  });

  test('an asynchronous read at an address that is an expression', async () => {
    await lint((m) => {
      const io = m.ports({ a: input(Bool), out: output(UInt(8)) });
      const { words } = m.mems({ words: memory(UInt(8), 4, { init: [1, 2, 3, 4] }) });
      io.out.assign(words.readAsync('head', io.a.resize(2)));
    });
  });

  test('a shift amount of more than 32 bits, which an instance makes constant', async () => {
    const inner = block('inner', z.strictObject({}), (m) => {
      const io = m.ports({ a: input(UInt(200)), by: input(UInt(65)), out: output(UInt(200)) });
      io.out.assign(io.a.shl(io.by));
      return io;
    });
    await lint((m) => {
      const io = m.ports({ a: input(UInt(200)), out: output(UInt(200)) });
      const { u } = m.instances({ u: inner({}) });
      u.a.assign(io.a);
      u.by.assign(m.lit(2n ** 65n - 1n, UInt(65)));
      io.out.assign(u.out);
    });
  });
});

test('a property of a wide value that is constant is off in reset, also in Verilator', async () => {
  const inner = block('inner', z.strictObject({}), (m) => {
    const io = m.ports({ a: input(SInt(128)) });
    m.when(io.a.resize(200).ne(2n ** 199n - 1n), () => m.assume('never', m.lit(0, Bool)));
    return io;
  });
  const design = designOf((m) => {
    const io = m.ports({ a: input(UInt(3)) });
    const { u } = m.instances({ u: inner({}) });
    const { first } = m.nets({ first: io.a.resize(63) });
    const { second } = m.nets({ second: first });
    u.a.assign(second.asSInt().resize(128));
  });
  const engine = await openEngine(design, { engine: 'verilator' });
  try {
    engine.io[engine.ports.find(({ name }) => name === 'rst')!.offset] = 1;
    engine.step();
    expect(engine.takeEvents()).toEqual([]);
    engine.io[engine.ports.find(({ name }) => name === 'rst')!.offset] = 0;
    engine.step();
    expect(engine.takeEvents()).toHaveLength(1);
  } finally {
    engine.close();
  }
});

test('a write that never happens is not passed on to a read of the new word', async () => {
  const text = await lint((m) => {
    const io = m.ports({ at: input(UInt(1)), data: input(UInt(4)), out: output(UInt(4)) });
    const { words } = m.mems({ words: memory(UInt(4), 2, { init: [1, 2], collision: 'new' }) });
    words.write(io.at, io.data, { enable: m.lit(0, Bool) });
    io.out.assign(words.read('head', io.at));
  });
  expect(text).not.toContain('words_head <= data');
});

test('two blocks of one name are an error, not two modules of one name', () => {
  const twin = (width: number): ReturnType<typeof block> =>
    block('twin', z.strictObject({}), (m) => {
      const io = m.ports({ a: input(UInt(width)), out: output(UInt(width)) });
      io.out.assign(io.a);
      return io;
    });
  const build = (): unknown =>
    designOf((m) => {
      m.instances({ u: twin(1)({}), v: twin(2)({}) });
    });
  expect(build).toThrow('Two blocks make a module called twin.');
});

test.each(['embedded', 'icarus', 'verilator'] as const)('equal constants are not less, signed, on %s', async (kind) => {
  const inner = block('inner', z.strictObject({}), (m) => {
    const io = m.ports({ a: input(SInt(8)), b: input(SInt(8)), out: output(UInt(4)) });
    const { a, b } = io;
    io.out.assign(a.le(b).concat(a.ge(b), a.lt(b), a.gt(b)));
    return io;
  });
  const design = designOf((m) => {
    const io = m.ports({ out: output(UInt(4)) });
    const { u } = m.instances({ u: inner({}) });
    u.a.assign(-3);
    u.b.assign(-3);
    io.out.assign(u.out);
  });
  const engine = await openEngine(design, { engine: kind });
  engine.settle();
  expect(engine.io[engine.ports.find((port) => port.name === 'out')!.offset]).toBe(0b1100);
  engine.close();
});

test.each(['embedded', 'icarus', 'verilator'] as const)(
  'bits of a word beside one of a wide value, on %s',
  async (kind) => {
    const design = designOf((m) => {
      const io = m.ports({ word: input(UInt(3)), a: input(SInt(47)), out: output(UInt(2)) });
      const { minus } = m.nets({ minus: io.a.resize(130).neg() });
      const [first, second] = [minus.msb(), io.a.msb()].map((sign) =>
        io.word.bit(2).not().and(io.word.bit(1).and(sign).not()),
      );
      io.out.assign(first!.concat(second!));
    });
    const engine = await openEngine(design, { engine: kind });
    const offsetOf = (name: string): number => engine.ports.find((port) => port.name === name)!.offset;
    const outputs = [0b000, 0b010, 0b100, 0b110].map((word) => {
      engine.io[offsetOf('word')] = word;
      engine.settle();
      return engine.io[offsetOf('out')];
    });
    expect(outputs, 'neither 0 nor minus 0 is negative').toEqual([3, 3, 0, 0]);
    engine.close();
  },
);
