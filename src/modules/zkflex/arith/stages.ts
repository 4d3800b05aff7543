// SPDX-License-Identifier: Apache-2.0
import type { AnyView, ModuleBuilder, Pipeline } from '../../../dsl/index.ts';
import { z } from 'zod';

/** Where a block of wide arithmetic has registers: nowhere, behind its results, or also at every cut inside it. */
export const Registers = z.enum(['none', 'output', 'all']);
export type Registers = z.output<typeof Registers>;

/** Cycles of a block that has `cuts` cuts inside. */
export const stagesOf = (registers: Registers, cuts: number): number =>
  registers === 'none' ? 0 : registers === 'output' ? 1 : cuts + 1;

type Values = Readonly<Record<string, AnyView>>;

/** The stages of one block: the same description with all, some or no registers. Nothing stalls; data registers have no reset. */
export class Stages {
  readonly pipe: Pipeline;
  readonly #m: ModuleBuilder;
  readonly #registers: Registers;

  constructor(m: ModuleBuilder, registers: Registers) {
    this.#m = m;
    this.#registers = registers;
    this.pipe = m.pipeline('p');
  }

  /** Values that enter now. */
  enter<const S extends Values>(values: S): S {
    return this.pipe.inputs(values);
  }

  /** A cut inside the block. */
  cut<const S extends Values>(values: S): S {
    return this.#registers === 'all' ? this.pipe.regs(values) : this.#named(values);
  }

  /** Values of the latest stage among them. */
  level<const S extends Values>(values: S): S {
    return this.pipe.balance(values);
  }

  /** Results on their way out. */
  leave<const S extends Values>(values: S): S {
    return this.pipe.outputs(this.#registers === 'none' ? values : this.pipe.regs(values));
  }

  /** Names for values in the Verilog. */
  name<const S extends Values>(values: S): S {
    return this.#named(values);
  }

  #named<const S extends Values>(values: S): S {
    const level = this.pipe.balance(values);
    const named = Object.entries(level).map(([key, view]) => [`p_${key}`, view] as const);
    const nets = this.#m.nets(Object.fromEntries(named));
    return Object.fromEntries(Object.keys(values).map((key) => [key, nets[`p_${key}`]!])) as unknown as S;
  }
}
