// SPDX-License-Identifier: Apache-2.0
import { mulMod, powMod } from '../../../src/modules/zkflex/golden/field.ts';
import { toMontgomery } from '../../../src/modules/zkflex/golden/montgomery.ts';
import { bankCount } from '../../../src/modules/zkflex/ntt/ntt.params.ts';
import { nttOps } from '../../../src/modules/zkflex/ntt/ntt.types.ts';
import type { PolyMachine, PolyPass, PolyPlan, PolyStep } from '../../../src/modules/zkflex/optimise/poly.ts';
import { type Place, powersTable } from '../../../src/modules/zkflex/optimise/transform-tables.ts';
import { flags } from '../../../src/modules/zkflex/top/commands.ts';
import type { ZkFlexParams } from '../../../src/modules/zkflex/top/zkflex.params.ts';
import type { FieldSetup } from './field-setup.ts';
import type { ZkFlexHost } from './host.ts';

/** Addresses in memory of the buffers that transforms use, in bytes: elements, and tables and factors of all nodes. */
export interface TransformBuffers {
  readonly elements: number;
  readonly tables: number;
}

/** What the POLY optimiser has to know of a design. */
export const polyMachine = (p: ZkFlexParams, mode: number): PolyMachine => ({
  nodes: p.nodes,
  words: bankCount * p.bankWords,
  twiddleWords: p.twiddleWords,
  mode,
  pipeline: p.pipeline,
});

/** Plans of the POLY optimiser as commands of the design. Elements are slots of `field.elementBytes` bytes, Montgomery. */
export class Transforms {
  constructor(
    private readonly host: ZkFlexHost,
    private readonly field: FieldSetup,
    private readonly at: TransformBuffers,
  ) {}

  /** Carries out all rounds; the elements are in natural order before and after. */
  run(plan: PolyPlan, elements: Uint8Array): Uint8Array {
    let now = elements;
    for (const round of plan.rounds) {
      const next = now.slice();
      for (const pass of round) this.#pass(pass, now, next);
      now = next;
    }
    return now;
  }

  /** Element i times first * factor^i, on node 0, as many at a time as half of its memory holds; the factors are made by the design. */
  scale(elements: Uint8Array, first: bigint, factor: bigint): Uint8Array {
    const { p } = this.field.montgomery;
    const { bankWords, twiddleWords } = this.host.params;
    const n = Math.min(elements.length / this.field.elementBytes, (bankCount * bankWords) / 2, 2 ** twiddleWords);
    const size = n * this.field.elementBytes;
    const scaled = elements.slice();
    for (let at = 0, start = first; at < elements.length; at += size) {
      scaled.set(this.#scalePart(elements.subarray(at, at + size), start, factor), at);
      start = mulMod(start, powMod(factor, BigInt(n), p), p);
    }
    return scaled;
  }

  #scalePart(elements: Uint8Array, first: bigint, factor: bigint): Uint8Array {
    const { host, field, at } = this;
    const { montgomery: m, elementBytes } = field;
    const n = elements.length / elementBytes;
    const log2n = Math.log2(n);
    const list = [first, ...powersTable(log2n, factor, m.p)].map((x) => toMontgomery(x, m));
    host.memory.bytes.set(elements, at.elements);
    host.put(at.tables, list, elementBytes);
    const next = at.tables + elementBytes;
    host.push('LOAD', { address: host.beat(at.elements), dst: 0, count: n });
    host.push('LOAD', { address: host.beat(at.tables), dst: n, count: 1 });
    host.push('LOAD', { address: host.beat(next), dst: 0, count: log2n, flags: flags.TWIDDLES });
    host.push('VECTOR', { kind: nttOps.POWERS, log2n, src: n, dst: n, second: 0 });
    host.push('VECTOR', { kind: nttOps.MUL, log2n, src: 0, dst: 0, second: n });
    host.push('STORE', { address: host.beat(at.elements), src: 0, count: n });
    host.finish();
    return host.memory.bytes.slice(at.elements, at.elements + elements.length);
  }

  #pass(pass: PolyPass, from: Uint8Array, to: Uint8Array): void {
    const { host, field, at } = this;
    const size = field.elementBytes;
    const local = 2 ** (pass.log2n + pass.log2batch);
    const nodes = pass.inputs.size / local;
    const { bytes } = host.memory;
    const place = ({ node, index }: Place): number => at.elements + (node * local + index) * size;
    for (const [element, where] of pass.inputs) {
      bytes.set(from.subarray(element * size, (element + 1) * size), place(where));
    }
    for (let node = 0; node < nodes; node++) {
      host.push('LOAD', { node, address: host.beat(place({ node, index: 0 })), dst: 0, count: local });
    }
    for (const step of pass.steps) this.#step(pass, step, nodes);
    for (let node = 0; node < nodes; node++) {
      host.push('STORE', { node, address: host.beat(place({ node, index: 0 })), src: 0, count: local });
    }
    host.finish();
    for (const [element, where] of pass.outputs) {
      to.set(bytes.subarray(place(where), place(where) + size), element * size);
    }
  }

  #step({ log2n, log2batch }: PolyPass, { op, words }: PolyStep, nodes: number): void {
    const { host, field, at } = this;
    const { montgomery: m, elementBytes: size } = field;
    const isTransform = op === 'DIF' || op === 'DIT';
    const half = (bankCount * host.params.bankWords) / 2;
    // The buffer is free when the step before has loaded its tables.
    host.finish();
    let table = at.tables;
    words.forEach((list, node) => {
      host.put(
        table,
        list.map((x) => toMontgomery(x, m)),
        size,
      );
      const address = host.beat(table);
      const dst = isTransform ? 0 : half;
      host.push('LOAD', { node, address, dst, count: list.length, flags: isTransform ? flags.TWIDDLES : 0 });
      table += list.length * size;
    });
    const places = { src: 0, dst: 0, second: isTransform ? 0 : half };
    const spread = nodes === 1 ? 0 : isTransform ? flags.ACROSS : flags.ALL;
    const flag = spread | (isTransform ? flags.PER_STAGE : 0);
    host.push('VECTOR', { kind: nttOps[op], log2n, log2batch, flags: flag, ...places });
  }
}
