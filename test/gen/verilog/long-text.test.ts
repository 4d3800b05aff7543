// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { IrBuilder } from '../../support/ir-builder.ts';
import { lintVerilog } from '../../support/verilog-lint.ts';
import { moduleText, plain } from '../../support/verilog.ts';

describe('long things', () => {
  it('lines are broken where operators bind least', async () => {
    const m = new IrBuilder('dut');
    const inputs = Array.from({ length: 24 }, (_, i) => m.input(`input_number_${i}`, 8));
    m.show(
      'all_or',
      inputs.slice(0, 10).reduce((a, b, i) => m.op('or', a, i % 3 === 0 ? m.op('and', b, inputs[i + 9]!) : b)),
    );
    m.show(
      'chosen',
      inputs.slice(1, 6).reduceRight((no, yes, i) => m.op('mux', m.op('ltU', inputs[i]!, yes), yes, no)),
    );
    m.show('side_by_side', m.op('concat', ...inputs.slice(0, 12)));
    const files = emitDesign(m.design, plain);
    await lintVerilog(files);
    const text = moduleText(files[0]!);
    expect(text.slice(text.indexOf(');\n') + 3)).toMatchInlineSnapshot(`
      "
        wire [7:0] either_589qcb = input_number_0 | input_number_1 | input_number_2
            | input_number_3 & input_number_12 | input_number_4 | input_number_5
            | input_number_6 & input_number_15;
        assign all_or = either_589qcb | input_number_7 | input_number_8
            | input_number_9 & input_number_18;
        assign chosen = input_number_0 < input_number_1 ? input_number_1
            : input_number_1 < input_number_2 ? input_number_2
            : input_number_2 < input_number_3 ? input_number_3
            : input_number_3 < input_number_4 ? input_number_4
            : input_number_5;
        assign side_by_side = {input_number_0, input_number_1, input_number_2, input_number_3,
            input_number_4, input_number_5, input_number_6, input_number_7, input_number_8,
            input_number_9, input_number_10, input_number_11};

        // Read by nothing here.
        wire _unused_ok = &{1'b0, input_number_13, input_number_14, input_number_16, input_number_17,
            input_number_19, input_number_20, input_number_21, input_number_22, input_number_23};

      "
    `);
  });

  it('very long chains are cut into nets, and nothing recurses too deep', async () => {
    const m = new IrBuilder('dut');
    const inputs = Array.from({ length: 40 }, (_, i) => m.input(`i${i}`, 8));
    let sum = inputs[0]!;
    let choice = inputs[1]!;
    for (let i = 0; i < 2_000; i++) {
      sum = m.op(i % 2 === 0 ? 'add' : 'xor', sum, inputs[(i * 7) % 40]!);
      choice = m.op('mux', m.op('eq', inputs[i % 40]!, m.lit(i % 256, 8)), inputs[(i * 11) % 40]!, choice);
    }
    m.show('sum', sum);
    m.show('choice', choice);
    const files = emitDesign(m.design, plain);
    const widest = Math.max(...files[0]!.text.split('\n').map((line) => line.length));
    expect(widest).toBeLessThanOrEqual(110);
    await lintVerilog(files);
  });

  it('a selection among many, and words of many bits', async () => {
    const m = new IrBuilder('dut');
    const index = m.input('index', 8);
    const vector = m.input('bus', 256 * 16);
    const words = Array.from({ length: 256 }, (_, i) => m.bits(vector, 16 * i + 15, 16 * i));
    m.show('word', m.op('select', index, ...words));
    m.show('backwards', m.op('select', index, ...words.toReversed()));
    m.show('wide', m.op('xor', vector, m.lit((1n << 4000n) + 12345n, 4096)));
    const files = emitDesign(m.design, plain);
    await lintVerilog(files);
    expect(files[0]!.text).toContain("assign word = bus[{index, 4'd0} +: 16];");
  });
});
