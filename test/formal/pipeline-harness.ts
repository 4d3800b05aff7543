// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  type BlockCall,
  Bool,
  input,
  type ModuleBuilder,
  type Signal,
  sink,
  source,
  streamPipeline,
  UInt,
} from '../../src/dsl/index.ts';
import { startedByReset } from './reset-first.ts';

type Word = Signal<ReturnType<typeof UInt>>;

/**
 * A pipeline against the same function without registers whose inputs are delayed by the latency, item by item. `stalls`: both move
 * only while `advance` is 1. c is needed one stage after it enters and a
 * a second time two stages after: what balancing has to get right.
 */
export function pipelineHarness(width: number, stalls: boolean): BlockCall {
  const type = UInt(width);
  return block('pipeline_harness', z.strictObject({}), (m) => {
    const io = m.ports({ a: input(type), b: input(type), c: input(type), valid: input(Bool), advance: input(Bool) });
    startedByReset(m);
    const advance = stalls ? { advance: io.advance } : {};
    const pipe = m.pipeline('pipe', { valid: io.valid, ...advance });
    const entered = pipe.inputs({ a: io.a, b: io.b, c: io.c });
    const early = pipe.regs({ sum: entered.a.addWrap(entered.b) });
    const middle = pipe.balance({ sum: early.sum, c: entered.c });
    const late = pipe.regs({ mixed: middle.sum.xor(middle.c) });
    const last = pipe.balance({ mixed: late.mixed, a: entered.a });
    const { result } = pipe.outputs({ result: last.mixed.subWrap(last.a) });
    const latency = pipe.stageOf({ result: last.mixed });
    const valid = pipe.valid(latency);
    const twin = delayed(m, { a: io.a, b: io.b, c: io.c }, latency, stalls ? io.advance : null);
    const wanted = twin['a']!.addWrap(twin['b']!).xor(twin['c']!).subWrap(twin['a']!);
    const twinValid = validAfter(m, io.valid, latency, stalls ? io.advance : null);
    m.assert('valid_in_time', valid.eq(twinValid));
    m.assert('same_result', valid.not().or(result.eq(wanted)));
  })({});
}

function delayed(
  m: ModuleBuilder,
  values: Record<string, Word>,
  cycles: number,
  enable: Signal<typeof Bool> | null,
): Record<string, Word> {
  const chain = Object.entries(values).map(([name, value]) => {
    let last = value;
    for (let i = 1; i <= cycles; i++) {
      const key = `twin_${name}${i}`;
      const reg = m.regs({ [key]: UInt(value.width) }, enable ? { enable } : {})[key]!;
      reg.next(last);
      last = reg;
    }
    return [name, last] as const;
  });
  return Object.fromEntries(chain);
}

function validAfter(
  m: ModuleBuilder,
  valid: Signal<typeof Bool>,
  cycles: number,
  enable: Signal<typeof Bool> | null,
): Signal<typeof Bool> {
  let last = valid;
  for (let i = 1; i <= cycles; i++) {
    const key = `twin_valid${i}`;
    const reg = m.regs({ [key]: Bool.init(0) }, enable ? { enable } : {})[key]!;
    reg.next(last);
    last = reg;
  }
  return last;
}

/** Two stages of registers between two streams, for the laws of streams. */
export const passing = block('passing_pipeline', z.strictObject({}), (m) => {
  const io = m.ports({ in: sink(UInt(1)), out: source(UInt(1)) });
  streamPipeline(m, 'pipe', io.in, io.out, (pipe, payload) => {
    const { first } = pipe.regs({ first: payload });
    return pipe.regs({ second: first }).second;
  });
  return io;
});
