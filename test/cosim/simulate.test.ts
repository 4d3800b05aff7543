// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PropertyError, simulate, type SimulateOptions } from '../../sim/index.ts';
import { counter, inverter } from './blocks.ts';

const quick: SimulateOptions = { engine: 'embedded', wave: 'off' };
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiln-test-'));
  process.env['KILN_WAVES'] = folder;
});
afterAll(() => {
  delete process.env['KILN_WAVES'];
  rmSync(folder, { recursive: true });
});

/** Message of a failing simulation. */
async function failure(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.then(
    () => new Error('the simulation did not fail'),
    (reason: unknown) => reason,
  );
  return (error as Error).message;
}

describe.each(['embedded', 'verilator', 'icarus'] as const)('a test on %s', (engine) => {
  test('passes time in a design without a clock', async () => {
    const report = await simulate(inverter({}), { ...quick, engine }, async (dut) => {
      const seen: number[] = [];
      void dut.driver('in').send([1, 6]);
      await dut.cycle(2);
      for (const value of [9, 4]) {
        dut.in.plain.value = value;
        await dut.cycle();
        seen.push(dut.out.inverted.value);
      }
      expect(seen).toEqual([6, 11]);
    });
    expect(report.cycles).toBe(4);
  });

  test('writes inputs, waits and reads outputs of every format', async () => {
    const report = await simulate(counter({ width: 8 }), { ...quick, engine }, async (dut) => {
      await dut.reset();
      expect(dut.out.count.value).toBe(0);
      dut.in.enable.value = 1;
      dut.in.step.value = -3;
      expect(dut.in.step.value).toBe(-3);
      await dut.cycle(5);
      expect(dut.out.count.value).toBe(5);
      expect(dut.out.total.value).toBe(-15n);
      expect(dut.out.total.raw).toBe((1n << 70n) - 15n);
      expect(dut.out.parity.value).toBe('ODD');
      dut.in.enable.value = false;
      await dut.cycle(100);
      expect(dut.ports.count.value).toBe(5);
    });
    expect(report).toEqual({ cycles: 107, seed: 1, engine, events: [] });
  });

  test('fails at the first property failure', async () => {
    const run = simulate(counter({ width: 8 }), { ...quick, engine }, async (dut) => {
      await dut.reset();
      dut.in.enable.value = 1;
      await dut.cycle(1000);
    });
    await expect(run).rejects.toBeInstanceOf(PropertyError);
    const text = 'assertion below_200 failed in cycle 202, instance counter: the counter has run away';
    expect(await failure(run)).toContain(text);
  });
});

test.each([
  ['embedded', true],
  ['verilator', true],
  ['verilator', false],
  ['icarus', false],
] as const)('a failure leaves waves: %s, in process %s', async (engine, inProcess) => {
  const options = { ...quick, engine, inProcess, wave: 'on-failure', waveCycles: 3, seed: 77 } as const;
  const run = simulate(counter({ width: 4 }), options, async (dut) => {
    await dut.reset();
    dut.in.enable.value = 1;
    await dut.until(() => dut.out.count.value === 9);
    throw new Error('nine');
  });
  const message = await failure(run);
  expect(message).toContain('nine\n  in cycle 11 of counter, seed 77 (KILN_SEED=77 repeats it)\n  waves: ');
  const path = /waves: (.*)$/.exec(message)![1]!;
  expect(path).toBe(join(folder, 'counter-77-11.vcd'));
  const vcd = readFileSync(path, 'utf8');
  const id = /\$var \w+ +4 (\S+) (?:count|value)/.exec(vcd)![1]!;
  const values = [...vcd.matchAll(/^b(\d+) (\S+)$/gm)].filter((match) => match[2] === id).map((match) => match[1]);
  expect(values.map((bits) => parseInt(bits!, 2)).slice(0, 4)).toEqual([6, 7, 8, 9]);
});

describe('coroutines', () => {
  test('wake in order, each in its cycle', async () => {
    const log: string[] = [];
    await simulate(counter({ width: 8 }), quick, async (dut) => {
      const task = dut.fork(async () => {
        log.push(`fork ${dut.now}`);
        for (let i = 0; i < 3; i++) {
          await dut.cycle(2);
          log.push(`task ${dut.now}`);
        }
        return 'result';
      });
      log.push(`main ${dut.now}`);
      await dut.cycle(4);
      log.push(`main ${dut.now}`);
      expect(await task.join()).toBe('result');
      log.push(`joined ${dut.now}`);
    });
    expect(log).toEqual(['fork 0', 'main 0', 'task 2', 'main 4', 'task 4', 'task 6', 'joined 6']);
  });

  test('until, rising, falling and change see settled values', async () => {
    const log: string[] = [];
    await simulate(counter({ width: 3 }), quick, async (dut) => {
      await dut.reset(1);
      dut.in.enable.value = 1;
      const watch = (what: string, wait: () => Promise<void>, times: number): unknown =>
        dut.fork(async () => {
          for (let i = 0; i < times; i++) {
            await wait();
            log.push(`${what} ${dut.now}:${dut.out.count.value}`);
            await dut.cycle();
          }
        });
      watch('rise', () => dut.rising(dut.out.count), 1);
      watch('fall', () => dut.falling(dut.out.count), 1);
      watch('change', () => dut.change(dut.out.parity), 2);
      await dut.until(() => dut.out.count.value === 5, { timeout: 5 });
      log.push(`until ${dut.now}`);
      await dut.until(() => dut.out.count.value === 5);
      log.push(`again ${dut.now}`);
      await dut.cycle(5);
    });
    expect(log).toEqual(['rise 2:1', 'change 2:1', 'change 4:3', 'until 6', 'again 6', 'fall 9:0']);
  });

  test('first forgets the losers, all waits for everyone', async () => {
    await simulate(counter({ width: 8 }), quick, async (dut) => {
      dut.in.enable.value = 1;
      expect(
        await dut.first(
          dut.cycle(50),
          dut.until(() => dut.out.count.value === 3, { timeout: 20 }),
        ),
      ).toBe(1);
      expect(dut.now).toBe(3);
      expect(
        await dut.first(
          dut.cycle(2),
          dut.until(() => false, { timeout: 10 }),
        ),
      ).toBe(0);
      await dut.cycle(30); // past the timeouts of both losers
      await dut.all(dut.cycle(3), dut.cycle(7));
      expect(dut.now).toBe(42);
    });
  });

  test('a killed task runs its finally blocks and does not go on', async () => {
    const log: string[] = [];
    await simulate(counter({ width: 8 }), quick, async (dut) => {
      const task = dut.fork(async () => {
        try {
          for (;;) await dut.cycle();
        } finally {
          log.push(`over in ${dut.now}`);
        }
      }, 'endless');
      await dut.cycle(3);
      task.kill();
      await dut.cycle(3);
      expect([task.done, task.killed]).toEqual([true, true]);
      await expect(task.join()).rejects.toThrow('The task "endless" was killed, so it has no result.');
    });
    expect(log).toEqual(['over in 3']);
  });

  test('a failing task fails the test, with the seed', async () => {
    const run = simulate(counter({ width: 8 }), { ...quick, seed: 12 }, async (dut) => {
      dut.fork(async () => {
        await dut.cycle(4);
        throw new Error('from the task');
      });
      await dut.cycle(100);
    });
    expect(await failure(run)).toBe('from the task\n  in cycle 4 of counter, seed 12 (KILN_SEED=12 repeats it)');
  });

  test('timeouts name what was awaited', async () => {
    const waits = simulate(counter({ width: 8 }), quick, async (dut) => {
      await dut.cycle(2);
      await dut.until(() => dut.out.count.value === 5, { timeout: 10 });
    });
    expect(await failure(waits)).toMatch(
      /^until\(\(\) => dut\.out\.count\.value === 5\) did not come true in 10 cycles \(from cycle 2 to 12\)\./,
    );
    const whole = simulate(counter({ width: 8 }), { ...quick, timeoutCycles: 500 }, async (dut) => {
      dut.fork(() => dut.rising(dut.out.count), 'watcher');
      await dut.cycle(1000);
    });
    expect(await failure(whole)).toMatch(
      /not over after 500 cycles \(timeoutCycles\); waiting are\n {2}test: 1000 cycles, since cycle 0\n {2}watcher: rising\(count\)/,
    );
    const stuck = simulate(counter({ width: 8 }), quick, async (dut) => {
      for (;;) await dut.until(() => true);
    });
    expect(await failure(stuck)).toContain('No progress in cycle 0: coroutines wake for ever');
  });

  test('tick is refused while others wait', async () => {
    await simulate(counter({ width: 8 }), quick, async (dut) => {
      dut.in.enable.value = 1;
      dut.tick(3);
      expect(dut.out.count.value).toBe(3);
      dut.fork(() => dut.cycle(9));
      expect(() => dut.tick()).toThrow('tick() cannot be used while other coroutines wait');
    });
  });
});

test('ports are guarded', async () => {
  await simulate(counter({ width: 8 }), quick, (dut) => {
    expect(() => {
      (dut.out.count as { value: number }).value = 1;
    }).toThrow('count is an output of the design; a test can only read it.');
    expect(() => dut.input('enabel')).toThrow('There is no input "enabel"; did you mean "enable"?');
    expect(() => (dut.in.step.value = 128)).toThrow('"128" does not fit step, a signed number of 8 bits.');
    expect(() => (dut.in.enable.value = 0.5)).toThrow('"0.5" does not fit enable, a unsigned number of 1 bits.');
  });
});

test('assertions can be collected, and KILN_SEED wins', async () => {
  process.env['KILN_SEED'] = '99';
  try {
    const report = await simulate(counter({ width: 8 }), { ...quick, seed: 5, onAssert: 'collect' }, async (dut) => {
      expect(dut.random.seed).toBe(99);
      await dut.reset();
      dut.in.enable.value = 1;
      await dut.cycle(203);
    });
    expect(report).toMatchObject({
      seed: 99,
      events: [{ name: 'below_200', cycle: 202 }, { cycle: 203 }, { cycle: 204 }],
    });
  } finally {
    delete process.env['KILN_SEED'];
  }
});

test('a path writes waves of the whole run', async () => {
  const path = join(folder, 'deep', 'whole.vcd');
  await simulate(counter({ width: 8 }), { ...quick, wave: path }, async (dut) => dut.cycle(10));
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain('$enddefinitions');
});
