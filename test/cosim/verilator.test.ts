// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { EngineError, openEngine } from '../../sim/index.ts';
import { ChildVerilator } from '../../sim/verilator/child.ts';
import { Random } from '../../sim/test/random.ts';
import { codecOf } from '../../sim/test/values.ts';
import { crashing, foreign, pipe, widths } from './models.ts';

const modes = [
  { mode: 'child', inProcess: false },
  { mode: 'in process', inProcess: true },
];

function faultOf(action: () => void): EngineError {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('no EngineError was thrown');
}

describe.each(modes)('Verilator, $mode', ({ inProcess }) => {
  test('ports of every width, cycle by cycle', async () => {
    const engine = await openEngine(widths, { engine: 'verilator', inProcess });
    const random = new Random(7);
    const ports = new Map(engine.ports.map((port) => [port.name, { port, codec: codecOf(port) }]));
    const read = (name: string): bigint => BigInt(ports.get(name)!.codec.read(engine.io, ports.get(name)!.port.offset));
    for (let i = 0; i < 50; i++) {
      let sum = 0n;
      const old = new Map<string, bigint>();
      for (const { port, codec } of ports.values()) {
        if (port.direction === 'output') continue;
        const value = random.bits(port.width);
        codec.write(engine.io, port.offset, value);
        old.set(port.name, BigInt(value));
        sum += BigInt(value);
      }
      engine.settle();
      expect(read('sum')).toBe(BigInt.asUintN(200, sum));
      expect(read('inv1')).toBe(1n - old.get('b1')!);
      engine.step();
      engine.settle();
      expect([read('q31'), read('q33'), read('q65')]).toEqual(
        [31, 33, 65].map((width) => BigInt.asUintN(width, ~old.get(`b${width}`)!)),
      );
    }
    expect(engine.cycle).toBe(50);
    engine.close();
  });

  test('a block of rows gives what single cycles give', async () => {
    const engine = await openEngine(widths, { engine: 'verilator', inProcess });
    const { inputWords, outputWords } = widths.layout;
    const cycles = 3000;
    const random = new Random(3);
    const rows = Uint32Array.from({ length: cycles * inputWords }, (_, i) => {
      const port = engine.ports.find(
        ({ offset, words }) => i % inputWords >= offset && i % inputWords < offset + words,
      )!;
      const top = i % inputWords === port.offset + port.words - 1 ? (port.width - 1) % 32 : 31;
      return random.word() >>> (31 - top);
    });
    const block = engine.runBlock(rows, cycles);
    const again = await openEngine(widths, { engine: 'verilator', inProcess });
    const single = new Uint32Array(block.length);
    for (let i = 0; i < cycles; i++) {
      again.io.set(rows.subarray(i * inputWords, (i + 1) * inputWords));
      again.settle();
      single.set(again.io.subarray(inputWords), i * outputWords);
      again.step();
    }
    expect(Buffer.compare(Buffer.from(block.buffer), Buffer.from(single.buffer))).toBe(0);
    expect(engine.io).toEqual(again.io);
    engine.close();
    again.close();
  });

  test('events name property, cycle and instance', async () => {
    const engine = await openEngine(pipe, { engine: 'verilator', inProcess });
    const [rst, valid, data] = [0, 1, 2];
    engine.io[rst] = 1;
    engine.step(2);
    engine.io.set([0, 1, 666, 0, 0, 0, 1]);
    engine.step();
    engine.io[data] = 777;
    engine.step();
    engine.io[valid] = 0;
    engine.step(5);
    expect(engine.takeEvents()).toEqual([
      { kind: 'assert', name: 'no_666', instance: 'pipe.u_watch', cycle: 2, text: 'item is 666' },
      { kind: 'message', name: '', instance: 'pipe', cycle: 3, text: 'seven 777' },
    ]);
    expect(engine.takeEvents()).toEqual([]);
    engine.close();
  });

  test('$fatal and $stop end the engine, not the process; $finish is an event', async () => {
    const fatal = await openEngine(pipe, { engine: 'verilator', inProcess });
    fatal.io.set([0, 1, 888]);
    const error = faultOf(() => {
      fatal.step(); // done at once or with the next settle
      fatal.settle();
    });
    expect(error.fault).toBe('stopped');
    expect(error.message).toMatch(/pipe stopped in cycle 0: \$stop or \$fatal at .*pipe\.v:\d+\.[^]*eight/);
    fatal.close();
    const engine = await openEngine(crashing, { engine: 'verilator', inProcess });
    engine.io[0] = 5;
    engine.step();
    expect(engine.takeEvents()).toMatchObject([{ kind: 'message', name: '$finish', cycle: 0 }]);
    engine.io[0] = 4;
    const stop = faultOf(() => {
      engine.step();
      engine.settle();
    });
    expect(stop.fault).toBe('stopped');
    engine.close();
  });

  test('a loop that does not converge is an error', async () => {
    const text = `module ring(input wire clk, input wire go, output wire q);
  wire a /*verilator split_var*/; assign a = go & ~q; assign q = a; endmodule`;
    const engine = await openEngine(foreign('ring', ['in go 1', 'out q 1'], text), { engine: 'verilator', inProcess });
    engine.io[0] = 1;
    expect(faultOf(() => engine.settle()).message).toContain('converge');
    engine.close();
  });
});

describe('a child that goes wrong', () => {
  const open = async (timeoutMs = 20_000): Promise<ChildVerilator> => {
    const engine = await openEngine(crashing, { engine: 'verilator', inProcess: false, timeoutMs });
    expect(engine).toBeInstanceOf(ChildVerilator);
    return engine as ChildVerilator;
  };

  test('is reported with its signal when it aborts', async () => {
    const engine = await open();
    engine.io[0] = 1;
    engine.step();
    const error = faultOf(() => engine.settle());
    expect(error).toMatchObject({ fault: 'crash', signal: 'SIGABRT' });
    expect(error.message).toBe('The Verilator process of crashing was ended by SIGABRT.');
    expect(faultOf(() => engine.settle())).toBe(error);
    engine.close();
  });

  test('is reported with its exit code and last words', async () => {
    const engine = await open();
    engine.io[0] = 3;
    engine.step();
    const error = faultOf(() => engine.settle());
    expect(error).toMatchObject({ fault: 'crash', exitCode: 7 });
    expect(error.message).toContain('last words');
    engine.close();
  });

  test('is reported when somebody kills it', async () => {
    const engine = await open();
    engine.settle();
    process.kill(engine.pid, 'SIGKILL');
    const error = faultOf(() => {
      for (;;) {
        engine.step(); // the model goes down a moment after the process that watches it
        engine.settle();
      }
    });
    expect(error).toMatchObject({ fault: 'crash', signal: 'SIGKILL' });
    engine.close();
  });

  test('is killed when it hangs', async () => {
    const engine = await open(300);
    engine.io[0] = 2;
    engine.step();
    const error = faultOf(() => engine.settle());
    expect(error.fault).toBe('timeout');
    expect(error.message).toBe('The Verilator process of crashing has given no sign of life for 0.3 s and was killed.');
    engine.close();
  });

  test('may be long at work without being taken for hung', async () => {
    const engine = await open(200);
    const began = performance.now();
    while (performance.now() - began < 600) {
      engine.step(20_000_000);
      engine.settle();
    }
    engine.close();
  });
});

test('what is asked wrongly is refused in words', async () => {
  const engine = await openEngine(pipe, { engine: 'verilator' });
  expect(() => engine.runBlock(new Uint32Array(3), 2)).toThrow('runBlock needs 14 words for 2 cycles but was given 3.');
  const plan = {
    drivers: [],
    monitors: [{ stream: 's', count: 1, stall: { kind: 'none' } as const }],
    maxCycles: 9,
    drain: 0,
  };
  expect(() => engine.runStreams(plan)).toThrow('Stream "s" is a sink, so it cannot have a monitor.');
  expect(() => engine.waveOn('x.vcd')).toThrow('Was the engine opened with `traced: true`?');
  engine.close();
  expect(() => engine.step()).toThrow('The engine of pipe is closed.');
  await expect(openEngine(pipe, { engine: 'embedded' })).rejects.toThrow('runs Kiln designs only');
  await expect(openEngine(pipe, { compiler: 'no-such-compiler' })).rejects.toThrow('scripts/setup');
  const wrong = foreign('wrong', ['in a 1'], 'module wrong(input wire clk, input wire a); oops');
  await expect(openEngine(wrong)).rejects.toThrow(/verilator failed[^]*syntax error/);
});
