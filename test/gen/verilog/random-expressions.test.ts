// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { emitDesign, type VerilogFile } from '../../../src/gen/verilog/index.ts';
import type { Expr } from '../../../src/ir/expr.ts';
import type { Decl } from '../../../src/ir/module.ts';
import { IrBuilder } from '../../support/ir-builder.ts';
import { evaluate, Random, randomExpr } from '../../support/ir-random.ts';
import { lintVerilog, run, withFiles } from '../../support/verilog-lint.ts';
import { plain } from '../../support/verilog.ts';

const inputWidths = [1, 3, 8, 8, 32, 33, 64, 70, 128];
const outputWidths = [1, 1, 2, 8, 16, 31, 32, 33, 64, 65, 100];
const VECTORS = 25;

interface Case {
  readonly m: IrBuilder;
  readonly files: VerilogFile[];
  readonly inputs: readonly { readonly decl: Decl; readonly name: string; readonly width: number }[];
  readonly outputs: readonly { readonly name: string; readonly value: Expr }[];
}

function randomCase(random: Random): Case {
  const m = new IrBuilder('dut');
  const leaves = inputWidths.map((width, i) => m.input(`i${i}`, width));
  for (let i = 0; i < 4; i++) {
    const width = random.pick(outputWidths);
    const value = randomExpr(m, random, leaves, width, 3);
    // Verilator sees through a net that is constant and reports comparisons with it.
    if (value.kind !== 'const') leaves.push(m.net(`n${i}`, value));
  }
  const outputs = outputWidths.map((width, i) => {
    const value = randomExpr(m, random, leaves, width, 2 + random.below(4));
    m.show(`o${i}`, value);
    return { name: `o${i}`, value };
  });
  const inputs = m.module.ports.filter((port) => port.direction === 'input');
  return {
    m,
    files: emitDesign(m.design, plain),
    inputs: inputs.map((decl) => ({ decl, name: decl.name, width: decl.width })),
    outputs,
  };
}

/** A test bench that prints all outputs for each input vector. */
function bench({ inputs, outputs }: Case, vectors: readonly bigint[][]): VerilogFile {
  const lines = [
    '`default_nettype none',
    'module bench;',
    ...inputs.map(({ name, width }) => `  reg [${width - 1}:0] ${name};`),
    ...outputs.map(({ name, value }) => `  wire [${value.width - 1}:0] ${name};`),
    `  dut dut (${[...inputs, ...outputs].map(({ name }) => `.${name}(${name})`).join(', ')});`,
    '  initial begin',
    ...vectors.flatMap((vector) => [
      ...inputs.map(({ name, width }, i) => `    ${name} = ${width}'h${vector[i]!.toString(16)};`),
      `    #1 $display("${outputs.map(() => '%h').join(' ')}", ${outputs.map(({ name }) => name).join(', ')});`,
    ]),
    '  end',
    'endmodule',
  ];
  return { name: 'bench.v', module: 'bench', text: lines.join('\n'), map: [] };
}

describe('random expressions', () => {
  const base = Number(process.env['KILN_SEED'] ?? 1);
  for (let i = 0; i < 12; i++) {
    const seed = base * 1000 + i;
    it(`mean in Verilog what the operator table says (seed ${seed})`, async () => {
      const random = new Random(seed * 7919 + 1);
      const test = randomCase(random);
      await lintVerilog(test.files);
      const vectors = Array.from({ length: VECTORS }, () => test.inputs.map(({ width }) => random.pattern(width)));
      const files = [...test.files, bench(test, vectors)];
      const said = await withFiles(files, async (folder) => {
        const compiled = await run(
          'iverilog',
          ['-g2005', '-s', 'bench', '-o', 'bench.vvp', 'dut.v', 'bench.v'],
          folder,
        );
        return compiled + (await run('vvp', ['-n', 'bench.vvp'], folder));
      });
      const expected = vectors.map((vector) => {
        const values = new Map(test.inputs.map(({ decl }, k) => [decl, vector[k]!]));
        const known = new Map<Expr, bigint>();
        return test.outputs
          .map(({ value }) =>
            evaluate(value, (decl) => values.get(decl)!, known)
              .toString(16)
              .padStart(Math.ceil(value.width / 4), '0'),
          )
          .join(' ');
      });
      const got = said.split('\n');
      const wrong = expected.findIndex((row, k) => row !== got[k]);
      expect(wrong < 0 ? '' : `vector ${wrong}\n${got[wrong]}\n${expected[wrong]}\n${test.files[0]!.text}`).toBe('');
    });
  }
});
