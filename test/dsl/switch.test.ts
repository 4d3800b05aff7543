// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { Bool, Enum, input, output, SInt, UInt } from '../../src/dsl/index.ts';
import { blockOf, expectRows, faultOf, linesOf, verilogOf } from './support.ts';

describe('switch', () => {
  test('by number, several values a case', async () => {
    const dut = blockOf('decode', (m) => {
      const io = m.ports({ op: input(UInt(3)), s: input(SInt(3)), y: output(UInt(4)), z: output(Bool) });
      m.switch(io.op)
        .case(0, () => io.y.assign(1))
        .case([1, 2, 7], () => io.y.assign(2))
        .otherwise(() => io.y.assign(15));
      io.z.assign(0);
      m.switch(io.s).case([-4, -1], () => io.z.assign(1));
    });
    const expected = [1, 2, 2, 15, 15, 15, 15, 2];
    await expectRows(
      dut,
      expected.map((y, op) => [
        { op, s: op < 4 ? op : op - 8 },
        { y, z: op === 4 || op === 7 ? 1 : 0 },
      ]),
      ['embedded', 'icarus'],
    );
  });

  test('by name', async () => {
    const Op = Enum('Op', ['ADD', 'SUB', 'NOP']);
    const dut = blockOf('alu', (m) => {
      const io = m.ports({
        op: input(Op),
        a: input(UInt(4)),
        b: input(UInt(4)),
        y: output(UInt(4)),
        nop: output(Bool),
      });
      m.switch(io.op)
        .case('ADD', () => io.y.assign(io.a.addWrap(io.b)))
        .case('SUB', () => io.y.assign(io.a.subWrap(io.b)))
        .otherwise(() => io.y.assign(0));
      io.nop.assign(io.op.is('NOP'));
    });
    await expectRows(dut, [
      [
        { op: 'ADD', a: 3, b: 5 },
        { y: 8, nop: 0 },
      ],
      [
        { op: 'SUB', a: 3, b: 5 },
        { y: 14, nop: 0 },
      ],
      [
        { op: 'NOP', a: 3, b: 5 },
        { y: 0, nop: 1 },
      ],
    ]);
    expect(linesOf(dut, /localparam/)).toHaveLength(3);
    expect(verilogOf(dut)).toContain('case (op)');
  });

  test.each([
    ['a value twice', [1, 1], 'KLN-S005 top: The switch over a lists 1 twice.'],
    [
      'a value that does not fit',
      [4],
      'KLN-W003 top: 4 does not fit beside a in switch: that has 2 bits, which holds 0 to 3.',
    ],
    ['a fraction', [0.5], 'KLN-W003 top: switch: 0.5 is not a whole number.'],
    ['a name', ['RUN'], 'KLN-S003 top: a has no value named RUN.'],
  ])('%s', (_, values, message) => {
    const text = faultOf((m) => m.switch(m.ports({ a: input(UInt(2)) }).a).case(values as never, () => undefined));
    expect(text).toBe(message);
  });

  test('a misspelt name', () => {
    const Op = Enum('Op', ['IDLE', 'RUN']);
    const text = faultOf((m) => m.switch(m.ports({ op: input(Op) }).op).case('RUM' as never, () => undefined));
    expect(text).toBe('KLN-D005 top: Op has no value RUM. Did you mean RUN?');
  });

  test('two otherwise parts', () => {
    const text = faultOf((m) => {
      const chain = m.switch(m.ports({ a: input(Bool) }).a);
      chain.otherwise(() => undefined);
      chain.otherwise(() => undefined);
    });
    expect(text).toBe('KLN-S003 top: A switch has two otherwise parts.');
  });
});

describe('state machines', () => {
  const machine = blockOf('machine', (m) => {
    const io = m.ports({ go: input(Bool), stop: input(Bool), busy: output(Bool), now: output(UInt(2)) });
    const { state } = m.fsms({ state: ['IDLE', 'RUN', 'DONE'] });
    state.states({
      IDLE: () => m.when(io.go, () => state.goto('RUN')),
      RUN: () => m.when(io.stop, () => state.goto('DONE')),
      DONE: () => state.goto('IDLE'),
    });
    io.busy.assign(state.is('IDLE').not());
    io.now.assign(state.state.asUInt());
  });

  test('starts in the first state and moves at the clock edge', async () => {
    await expectRows(
      machine,
      [
        [
          { go: 0, stop: 1 },
          { busy: 0, now: 0 },
        ],
        [
          { go: 1, stop: 0 },
          { busy: 0, now: 0 },
        ],
        [
          { go: 0, stop: 0 },
          { busy: 1, now: 1 },
        ],
        [
          { go: 0, stop: 1 },
          { busy: 1, now: 1 },
        ],
        [
          { go: 0, stop: 0 },
          { busy: 1, now: 2 },
        ],
        [
          { go: 0, stop: 0 },
          { busy: 0, now: 0 },
        ],
      ],
      ['embedded', 'icarus'],
    );
  });

  test('state names are in the Verilog', () => {
    expect(linesOf(machine, /^case|^localparam|RUN:/).join('\n')).toMatchInlineSnapshot(`
      "localparam [1:0] STATE_IDLE = 2'd0;
      localparam [1:0] STATE_RUN  = 2'd1;
      localparam [1:0] STATE_DONE = 2'd2;
      case (state)
      STATE_RUN: begin"
    `);
  });
});
