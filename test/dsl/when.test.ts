// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { Bool, input, output, UInt } from '../../src/dsl/index.ts';
import { blockOf, elaborated, expectRows, faultOf, verilogOf } from './support.ts';

describe('when, elsewhen, otherwise', () => {
  const arms = blockOf('arms', (m) => {
    const io = m.ports({ a: input(Bool), b: input(Bool), c: input(Bool), y: output(UInt(4)), n: output(UInt(4)) });
    const { count } = m.regs({ count: UInt(4).init(0) });
    m.when(io.a, () => io.y.assign(1))
      .elsewhen(io.b, () => io.y.assign(2))
      .otherwise(() => io.y.assign(3));
    m.when(io.a, () => {
      count.next(count.addWrap(1));
      m.when(io.b, () => count.next(9));
    });
    m.when(io.c, () => count.next(0));
    io.n.assign(count);
  });

  test('the first arm whose condition holds; the last assignment wins; registers keep', async () => {
    await expectRows(
      arms,
      [
        [
          { a: 1, b: 0, c: 0 },
          { y: 1, n: 0 },
        ],
        [
          { a: 1, b: 1, c: 0 },
          { y: 1, n: 1 },
        ],
        [
          { a: 0, b: 1, c: 0 },
          { y: 2, n: 9 },
        ],
        [
          { a: 0, b: 0, c: 0 },
          { y: 3, n: 9 },
        ],
        [
          { a: 1, b: 1, c: 1 },
          { y: 1, n: 9 },
        ],
        [
          { a: 0, b: 0, c: 0 },
          { y: 3, n: 0 },
        ],
      ],
      ['embedded', 'icarus'],
    );
  });

  test('the structure reaches the Verilog', () => {
    expect(verilogOf(arms)).toContain('else if (b)');
  });

  test('conditions that are known when they are described', async () => {
    const dut = blockOf('known', (m) => {
      const io = m.ports({ a: input(UInt(4)), y: output(UInt(4)), z: output(UInt(4)) });
      io.y.assign(io.a);
      m.when(false, () => io.y.assign(0));
      m.when(1, () => io.z.assign(io.a.not())).otherwise(() => io.z.assign(0));
    });
    await expectRows(dut, [[{ a: 5 }, { y: 5, z: 10 }]]);
  });

  test('an empty body is nothing', () => {
    expect(
      faultOf((m) => {
        const io = m.ports({ a: input(Bool), y: output(Bool) });
        io.y.assign(io.a);
        m.when(io.a, () => undefined).otherwise(() => undefined);
      }),
    ).toBe('');
  });

  test('the guard of a property is the whole condition', () => {
    const { top } = elaborated((m) => {
      const io = m.ports({ a: input(Bool), b: input(Bool), y: output(Bool) });
      io.y.assign(io.a);
      m.when(io.a, () => undefined).elsewhen(io.b, () => m.cover('second', io.b));
    });
    const [cover] = top.properties;
    expect(cover!.guard).toMatchObject({ kind: 'op', op: 'and', width: 1 });
  });
});

describe('what a condition cannot be', () => {
  test.each([
    ['two bits', 'KLN-W005 top: when needs a 1-bit condition, but a has 2 bits.', 'a'],
    ['a number', 'KLN-W005 top: when needs a 1-bit condition, not 2.', 2],
    ['nothing', 'KLN-W005 top: when needs a 1-bit condition, not undefined.', undefined],
  ])('%s', (_, message, condition) => {
    const text = faultOf((m) => {
      const io = m.ports({ a: input(UInt(2)) });
      m.when((condition === 'a' ? io.a : condition) as never, () => undefined);
    });
    expect(text).toBe(message);
  });

  test('nothing follows otherwise', () => {
    const text = faultOf((m) => {
      const io = m.ports({ a: input(Bool) });
      const chain = m.when(io.a, () => undefined);
      chain.otherwise(() => undefined);
      chain.elsewhen(io.a, () => undefined);
    });
    expect(text).toBe('KLN-S003 top: elsewhen follows otherwise.');
  });
});

test('a mistake inside a body leaves the builder usable and nothing of the statement', () => {
  const { top } = elaborated((m) => {
    const io = m.ports({ a: input(UInt(2)), go: input(Bool), y: output(UInt(2)) });
    expect(() => m.when(io.go, () => io.y.assign(io.a.resize(3)))).toThrow('KLN-W001');
    io.y.assign(io.a);
  });
  expect(top.body.map((stmt) => stmt.kind)).toEqual(['assign']);
});
