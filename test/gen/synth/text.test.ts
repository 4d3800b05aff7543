// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { interfaceOf, synthesisText } from '../../../src/gen/synth/text.ts';

test('comments go, strings stay', () => {
  const text = 'a = b; // note\n/* x\n y */ $display("// no \\" comment"); // end\n\n';
  expect(synthesisText(text)).toBe('a = b;\n  $display("// no \\" comment");\n');
});

test('conditions are followed: what is for proof or simulation goes', () => {
  const text = [
    '`ifdef FORMAL',
    '`define CHECKS',
    '`elsif ASSERT',
    '`define CHECKS',
    '`endif',
    '`ifdef CHECKS',
    'check',
    '`ifdef SYNTHESIS',
    'inner',
    '`endif',
    '`else',
    'plain',
    '`endif',
    '`ifndef SYNTHESIS',
    'simulated',
    '`endif',
    '`ifdef A',
    'a',
    '`elsif YOSYS',
    'b',
    '`else',
    'c',
    '`endif',
  ];
  expect(synthesisText(text.join('\n'))).toBe('plain\nb\n');
});

test('a macro that is defined in the text counts', () => {
  expect(synthesisText('`define WIDE\n`ifdef WIDE\nwide\n`endif\n')).toBe('`define WIDE\nwide\n');
});

test('a condition that was never opened is an error, not a guess', () => {
  expect(() => synthesisText('a\n`endif\n')).toThrow('`endif without a condition');
});

test('the shell of a module has its ports and nothing else', () => {
  const text =
    'module other (\n  input wire a\n);\nendmodule\nmodule it (\n  input  wire a,\n  output wire b\n);\n  assign b = a;\nendmodule\n';
  expect(interfaceOf('it', text)).toBe(
    '(* blackbox *)\nmodule it (\n  input  wire a,\n  output wire b\n);\nendmodule\n',
  );
});
