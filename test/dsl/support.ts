// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { expect } from 'vitest';
import { block, type BlockCall, elaborate, type Elaborated, type ModuleBuilder } from '../../src/dsl/index.ts';
import { emitDesign } from '../../src/gen/verilog/index.ts';
import { KilnError } from '../../src/ir/diagnostics.ts';
import type { Target } from '../../sim/index.ts';
import { simulate } from '../../sim/index.ts';

/** A block without parameters. */
export function blockOf<R>(name: string, body: (m: ModuleBuilder) => R) {
  return block(name, z.strictObject({}), body)({});
}

/** A block named `top`, elaborated. */
export function elaborated(body: (m: ModuleBuilder) => unknown): Elaborated {
  return elaborate(blockOf('top', body));
}

/** The Verilog of every module of a design, children first. */
export function verilogOf(call: BlockCall): string {
  return emitDesign(elaborate(call))
    .map((file) => file.text)
    .join('\n');
}

/** Verilog lines that match, without indentation and comments. */
export function linesOf(call: BlockCall, pattern: RegExp): string[] {
  const lines = verilogOf(call)
    .split('\n')
    .map((line) => line.replace(/\s*\/\/.*$/, '').trim());
  return lines.filter((line) => pattern.test(line));
}

/** Code and message of the first error that building a block gives; '' when there is none. */
export function faultOf(body: (m: ModuleBuilder) => unknown): string {
  try {
    elaborated(body);
    return '';
  } catch (error) {
    if (!(error instanceof KilnError)) throw error;
    const [first] = error.diagnostics;
    return `${first!.code} ${first!.module}: ${first!.message}`;
  }
}

/** The same for the call of a block. */
export function faultOfCall(make: () => BlockCall): string {
  return faultOf((m) => {
    m.instances({ child: make() });
  });
}

type Values = Readonly<Record<string, number | bigint | string | boolean>>;

/** A cycle of a test: inputs to set before it, outputs to see in it, before its clock edge. */
export type Row = readonly [inputs: Values, outputs: Values];

/** Runs rows after a reset, one a cycle, on each engine. Outputs that a row does not mention may be unknown. */
export async function expectRows(
  target: Target,
  rows: readonly Row[],
  engines: readonly ('embedded' | 'icarus' | 'verilator')[] = ['embedded'],
): Promise<void> {
  for (const engine of engines) {
    await simulate(target, { engine, wave: 'off', xIsError: false }, async (dut) => {
      for (const name of Object.keys(rows[0]![0])) dut.input(name).value = 0;
      // Without a clock there is nothing to wait for: outputs follow the inputs.
      const isClocked = dut.engine.domains.length > 0;
      if (isClocked) await dut.reset();
      for (const [i, [inputs, outputs]] of rows.entries()) {
        for (const [name, value] of Object.entries(inputs)) dut.input(name).value = value as never;
        const seen = Object.fromEntries(Object.keys(outputs).map((name) => [name, dut.output(name).value]));
        expect({ engine, cycle: i, ...seen }).toEqual({ engine, cycle: i, ...outputs });
        if (isClocked) await dut.cycle();
      }
    });
  }
}
