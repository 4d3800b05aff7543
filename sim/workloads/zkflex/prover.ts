// SPDX-License-Identifier: Apache-2.0
import type { Affine } from '../../../src/modules/zkflex/golden/curve.ts';
import type { Field } from '../../../src/modules/zkflex/fields.ts';
import { inverseMod } from '../../../src/modules/zkflex/golden/field.ts';
import { planMsm } from '../../../src/modules/zkflex/optimise/ec.ts';
import { planCoset, planTransform, type PolyMachine } from '../../../src/modules/zkflex/optimise/poly.ts';
import { beatsOf } from '../../../src/modules/zkflex/top/element.params.ts';
import type { ZkFlexParams } from '../../../src/modules/zkflex/top/zkflex.params.ts';
import type { Engine } from '../../../src/sim/engine.ts';
import { resizeSlots, unpackNumbers } from './bytes.ts';
import { configure, type FieldSetup, setupOf } from './field-setup.ts';
import { ZkFlexHost } from './host.ts';
import { ecMachine, multiScalarSum } from './sums.ts';
import { polyMachine, Transforms } from './transforms.ts';

/** A pairing's two fields as a prover uses them: scalars, and coordinates of points on y^2 = x^3 + a x + b. */
export interface ProverFields {
  readonly scalarPrime: bigint;
  readonly basePrime: bigint;
  readonly a: bigint;
}

/** Where things lie in memory, in bytes. */
interface Layout {
  readonly field: number;
  readonly elements: number;
  readonly tables: number;
  readonly bases: number;
  readonly scalars: number;
  readonly result: number;
  readonly end: number;
}

/** What a Groth16 prover needs from the design: transforms, scalings and sums of points, with operands as bytes in a prover's form. */
export class ZkFlexProver {
  readonly host: ZkFlexHost;
  readonly scalarField: FieldSetup;
  readonly baseField: FieldSetup;
  readonly #fields: ProverFields;
  readonly #layout: Layout;
  /** Bytes of a plain scalar in memory. */
  readonly #scalarBytes: number;
  #current: FieldSetup | null = null;

  /** `most`: elements of the longest transform or sum. */
  constructor(engine: Engine, params: ZkFlexParams, fields: ProverFields, most: number) {
    this.#fields = fields;
    this.scalarField = setupOf(params, fields.scalarPrime);
    this.baseField = setupOf(params, fields.basePrime);
    this.#scalarBytes = (beatsOf(fields.scalarPrime.toString(2).length, params) * params.busBits) / 8;
    this.#layout = layoutFor(most, this.scalarField.elementBytes, this.baseField.elementBytes, this.#scalarBytes);
    const bytes = new Uint8Array(this.#layout.end);
    this.host = new ZkFlexHost(engine, params, { bytes, latency: [20, 40], seed: 1 });
  }

  /** out[i] = sum of in[j] root^(ij), the inverse with root^-1 and 1/n. Montgomery elements of `slot` bytes in natural order. */
  transform(elements: Uint8Array, slot: number, root: bigint, inverse: boolean): Uint8Array {
    return this.#onElements(elements, slot, (unit, own, log2N) => {
      const { p } = this.scalarField.montgomery;
      const job = inverse
        ? { log2N, w: inverseMod(root, p), scale: inverseMod(BigInt(2 ** log2N), p) }
        : { log2N, w: root };
      return unit.run(planTransform(this.#field, job, this.#machine), own);
    });
  }

  /** Element i times first * factor^i. */
  scale(elements: Uint8Array, slot: number, first: bigint, factor: bigint): Uint8Array {
    return this.#onElements(elements, slot, (unit, own) => unit.scale(own, first, factor));
  }

  /** Inverse transform, scaling by shift^i and transform, without reordering between them. */
  coset(elements: Uint8Array, slot: number, root: bigint, shift: bigint): Uint8Array {
    return this.#onElements(elements, slot, (unit, own, log2N) =>
      unit.run(planCoset(this.#field, { log2N, w: root, shift }, this.#machine), own),
    );
  }

  get #field(): Field {
    const { montgomery, twoAdicity } = this.scalarField;
    const { p } = montgomery;
    return { name: 'the scalar field', prime: p, bits: p.toString(2).length, twoAdicity };
  }

  get #machine(): PolyMachine {
    return polyMachine(this.host.params, this.scalarField.mode);
  }

  /** Sum of scalar * base, affine and plain; null is infinity. Bases: x then y, Montgomery, `slot` bytes each, both 0 is infinity; scalars plain. */
  sum(bases: Uint8Array, slot: number, scalars: Uint8Array, scalarSlot: number): Affine {
    const { host, baseField: field } = this;
    const plan = planMsm(ecMachine(host.params, field.mode, this.#fields.a), unpackNumbers(scalars, scalarSlot));
    this.#use(field, this.#fields.a);
    const { bases: at, scalars: scalarsAt, result } = this.#layout;
    host.memory.bytes.set(resizeSlots(bases, slot, field.elementBytes), at);
    host.memory.bytes.set(resizeSlots(scalars, scalarSlot, this.#scalarBytes), scalarsAt);
    const place = { bases: at, scalars: scalarsAt, scalarBytes: this.#scalarBytes, result };
    return multiScalarSum(host, field, scalars.length / scalarSlot, plan, place);
  }

  #onElements(
    elements: Uint8Array,
    slot: number,
    work: (unit: Transforms, own: Uint8Array, log2N: number) => Uint8Array,
  ): Uint8Array {
    const { host, scalarField: field } = this;
    this.#use(field, 0n);
    const own = resizeSlots(elements, slot, field.elementBytes);
    const result = work(new Transforms(host, field, this.#layout), own, Math.log2(elements.length / slot));
    return resizeSlots(result, field.elementBytes, slot);
  }

  #use(field: FieldSetup, a: bigint): void {
    if (this.#current === field) return;
    configure(this.host, field, this.#layout.field, a);
    this.host.finish();
    this.#current = field;
  }
}

function layoutFor(most: number, element: number, coordinate: number, scalar: number): Layout {
  const sizes = [
    ['field', 3 * Math.max(element, coordinate)],
    ['elements', most * element],
    ['tables', 4 * most * element + 4096],
    ['bases', 2 * most * coordinate],
    ['scalars', most * scalar],
    ['result', 8 * coordinate],
  ] as const;
  let end = 0;
  const places = sizes.map(([name, size]) => {
    const at = end;
    end = Math.ceil((at + size) / 4096) * 4096;
    return [name, at] as const;
  });
  return { ...Object.fromEntries(places), end } as unknown as Layout;
}
