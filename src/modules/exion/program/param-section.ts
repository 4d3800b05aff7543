// SPDX-License-Identifier: Apache-2.0
import type { BlockConditioning, QuantisedBlock } from '../dit/quantised.types.ts';
import { type ColumnParams, type Indices, packParams } from './pack.ts';
import { CompileError } from './target.ts';

/** Parameters that travel together: one LD brings them to the scratchpad, MOVEs take what is needed. */
export class ParamSection {
  readonly #parts: Uint8Array[] = [];
  readonly #words = new Map<string, number>();
  #bytes = 0;

  constructor(readonly size: number) {}

  add(name: string, params: ColumnParams, columns: Indices): this {
    return this.addBytes(name, packParams(params, columns, { size: this.size }));
  }

  /** Whole scratchpad words. */
  addBytes(name: string, bytes: Uint8Array): this {
    this.#words.set(name, this.#bytes / (4 * this.size));
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    return this;
  }

  get words(): number {
    return this.#bytes / (4 * this.size);
  }

  /** Scratchpad word of a vector, from the start of the section. */
  wordOf(name: string): number {
    const word = this.#words.get(name);
    if (word === undefined) throw new Error(`the section has no '${name}'`);
    return word;
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** What a block needs in every step. */
export function constantSection(block: QuantisedBlock, size: number, heads: Indices, ffn: Indices): ParamSection {
  return new ParamSection(size)
    .add('query', block.query.requantise, heads)
    .add('key', block.key.requantise, heads)
    .add('value', block.value.requantise, heads)
    .add('mix', block.mix, heads)
    .add('ffn1', block.ffn1.requantise, ffn)
    .addBytes('table', new Uint8Array(block.table.buffer, block.table.byteOffset, block.table.length));
}

/** What depends on the step. */
export function stepSection(c: BlockConditioning, size: number, width: Indices): ParamSection {
  return new ParamSection(size)
    .add('norm1', c.norm1, width)
    .add('gate1', c.gate1, width)
    .add('norm2', c.norm2, width)
    .add('gate2', c.gate2, width);
}

/**
 * The fields that a command has once for all steps: scale, shift and epsilon may not change from step to step. `what` names the operation
 * in the error.
 */
export function constantOver<T, const K extends keyof T & string>(
  what: string,
  steps: readonly T[],
  ...fields: readonly K[]
): Pick<T, K> {
  const first = steps[0]!;
  for (const field of fields) {
    const step = steps.findIndex((each) => each[field] !== first[field]);
    if (step >= 0) {
      throw new CompileError(
        `${what}: ${field} is ${String(first[field])} in step 0 and ${String(steps[step]![field])} in step ${step}; ` +
          'one command does all steps, so it must be the same in all',
      );
    }
  }
  return first;
}
