// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { openEngine } from '../../sim/index.ts';
import { compareEngines } from '../../sim/test/compare.ts';
import { foreign, pipe, widths } from './models.ts';

test('Icarus and Verilator agree on ports of every width', async () => {
  const engines = ['verilator', 'icarus'] as const;
  expect(await compareEngines(widths, { cycles: 500, seed: 4 }, { engines })).toEqual({ engines, cycles: 500 });
});

test('unknown outputs after reset are reported once, with their bits', async () => {
  const text = `module partly(input wire clk, input wire rst, input wire [7:0] a, output reg [7:0] q);
  always @(posedge clk) if (rst) q[3:0] <= 4'd5; else q[3:0] <= a[3:0];
endmodule`;
  const model = foreign('partly', ['in rst 1', 'in a 8', 'out q 8'], text);
  const engine = await openEngine(model, { engine: 'icarus' });
  engine.settle();
  expect(engine.takeEvents()).toEqual([]);
  engine.io[0] = 1;
  engine.step();
  engine.io[0] = 0;
  engine.settle();
  expect(engine.io[2]).toBe(5);
  const event = { kind: 'assert', name: 'unknown_output', instance: 'partly', cycle: 1 };
  expect(engine.takeEvents()).toEqual([{ ...event, text: "output q has unknown bits: 8'bxxxx0101" }]);
  engine.step(3);
  engine.settle();
  expect(engine.takeEvents()).toEqual([]);
  engine.close();
  const quiet = await openEngine(model, { engine: 'icarus', xIsError: false });
  quiet.runBlock(Uint32Array.of(1, 0, 0, 3), 2);
  expect(quiet.takeEvents()).toEqual([]);
  quiet.close();
});

test('events name property, cycle and instance, in single cycles and in blocks', async () => {
  const engine = await openEngine(pipe, { engine: 'icarus' });
  const row = (reset: number, item: number): number[] => [reset, 1 - reset, item, 0, 0, 0, 1];
  engine.runBlock(Uint32Array.from([row(1, 0), row(1, 0), row(0, 666), row(0, 1), row(0, 777)].flat()), 5);
  engine.io.set(row(0, 666));
  engine.step(2);
  const property = { kind: 'assert', name: 'no_666', instance: 'pipe.u_watch', text: 'item is 666' };
  expect(engine.takeEvents()).toEqual([
    { ...property, cycle: 2 },
    { kind: 'message', name: '', instance: 'pipe', cycle: 4, text: 'seven 777' },
    { ...property, cycle: 5 },
    { ...property, cycle: 6 },
  ]);
  engine.close();
});

test('$fatal is told apart from a crash', async () => {
  const engine = await openEngine(pipe, { engine: 'icarus' });
  engine.io.set([0, 1, 888, 0, 0, 0, 1]);
  engine.step();
  expect(() => engine.settle()).toThrow(
    /pipe stopped in or before cycle 1: it called \$finish, \$stop or \$fatal\.[^]*eight/,
  );
  engine.close();
});

test('several clocks step one by one', async () => {
  const text = `module two(input wire a_clk, input wire b_clk, output reg [7:0] a, output reg [7:0] b);
  initial begin a = 0; b = 0; end
  always @(posedge a_clk) a <= a + 1; always @(posedge b_clk) b <= b + a;
endmodule`;
  const one = foreign('two', ['out a 8', 'out b 8'], text);
  const domains = ['a', 'b'].map((name) => ({ name, clock: `${name}_clk`, reset: null }));
  const model = { ...one, layout: { ...one.layout, domains } };
  for (const engine of ['icarus', 'verilator'] as const) {
    const two = await openEngine(model, { engine });
    two.step(3, 1);
    two.step(1, 2);
    two.step(1, 3);
    two.settle();
    expect([...two.io, two.cycle]).toEqual([4, 6, 4]);
    two.close();
  }
});
