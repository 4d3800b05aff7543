// SPDX-License-Identifier: Apache-2.0

/** How a design is written as Verilog. Every choice is about text or reset wiring; none changes what the hardware does. */
export interface VerilogOptions {
  /** `async`: registers with a reset take it without waiting for the clock. */
  readonly reset: 'sync' | 'async';
  /** `low`: the top's reset ports become `<name>_n` and are inverted once at the boundary; all modules inside stay active-high. */
  readonly resetPolarity: 'high' | 'low';
  /** Put before every module name, black boxes excepted. */
  readonly prefix: string;
  /** Trailing `// src/x.ts:12` at declarations. */
  readonly sourceLines: boolean;
  /** Tool name and version, in the head of each file. */
  readonly generator: string;
  /** Hash of everything that the design was made from, in the head of each file. */
  readonly inputHash?: string;
}

export const defaultVerilogOptions: VerilogOptions = {
  reset: 'sync',
  resetPolarity: 'high',
  prefix: '',
  sourceLines: true,
  generator: 'Kiln',
};
