// SPDX-License-Identifier: Apache-2.0
import type { Random } from '../../../../sim/index.ts';
import {
  add,
  addAffine,
  addMixed,
  type Affine,
  double,
  fromAffine,
  infinity,
  toAffine,
  type Xyzz,
} from '../../../../src/modules/zkflex/golden/curve.ts';
import type { Curve } from '../../../../src/modules/zkflex/golden/curves.ts';
import { mulMod, powMod } from '../../../../src/modules/zkflex/golden/field.ts';
import {
  fromMontgomery,
  type Montgomery,
  montgomery,
  toMontgomery,
} from '../../../../src/modules/zkflex/golden/montgomery.ts';
import { pointKind } from '../../../../src/modules/zkflex/point.types.ts';
import { modeBits } from '../../../../src/modules/zkflex/tcore.params.ts';

/** A point with plain coordinates, in one of the forms of the ports. */
export type Given = { readonly form: 'affine'; readonly at: Affine } | { readonly form: 'xyzz'; readonly at: Xyzz };

export interface Case {
  readonly double: boolean;
  readonly a: Given;
  readonly b: Given;
}

/** A curve in a mode of a core: Montgomery numbers and what goes to the ports. */
export class Setting {
  readonly numbers: Montgomery;
  /** R^-1. */
  readonly #perR: bigint;
  constructor(
    readonly curve: Curve,
    readonly limb: number,
    readonly mode: number,
  ) {
    this.numbers = montgomery(curve.field.prime, modeBits({ limb }, mode));
    this.#perR = fromMontgomery(1n, this.numbers);
  }

  get modulus() {
    const { p, inverse } = this.numbers;
    return { mode: this.mode, modulus: p, inverse, product: 0 };
  }

  get curvePorts() {
    const { prime } = this.curve.field;
    const { a } = this.curve;
    return { mode: this.mode, modulus: prime, a: toMontgomery(a, this.numbers), aIsZero: a === 0n ? 1 : 0 };
  }

  point({ form, at }: Given) {
    const zero = { kind: pointKind.infinity as number, x: 0n, y: 0n, zz: 0n, zzz: 0n };
    if (at === null || (form === 'xyzz' && at.zz === 0n)) return zero;
    const into = (x: bigint) => toMontgomery(x, this.numbers);
    if (form === 'affine') return { ...zero, kind: pointKind.affine as number, x: into(at.x), y: into(at.y) };
    const { x, y, zz, zzz } = at;
    return { kind: pointKind.xyzz as number, x: into(x), y: into(y), zz: into(zz), zzz: into(zzz) };
  }

  /** What a port says, in plain numbers. */
  plain(point: PortPoint): Xyzz {
    const from = (x: bigint | number) => mulMod(BigInt(x), this.#perR, this.curve.field.prime);
    const kind = Number(point.kind);
    if (kind === pointKind.infinity) return infinity;
    const [x, y] = [from(point.x), from(point.y)];
    return kind === pointKind.affine ? { x, y, zz: 1n, zzz: 1n } : { x, y, zz: from(point.zz), zzz: from(point.zzz) };
  }
}

export type PortPoint = Readonly<Record<'kind' | 'x' | 'y' | 'zz' | 'zzz', bigint | number>>;

/** The same point with another denominator. */
export function scaled(curve: Curve, at: Affine, by: bigint): Given {
  if (at === null) return { form: 'xyzz', at: infinity };
  const { prime } = curve.field;
  const [zz, zzz] = [powMod(by, 2n, prime), powMod(by, 3n, prime)];
  return { form: 'xyzz', at: { x: mulMod(at.x, zz, prime), y: mulMod(at.y, zzz, prime), zz, zzz } };
}

const whole = ({ form, at }: Given): Xyzz => (form === 'xyzz' ? at : fromAffine(at));

/** The result in exactly the coordinates that the formulas give. */
export function expected(curve: Curve, { double: twice, a, b }: Case): Xyzz {
  if (twice) return double(curve, whole(a));
  if (a.form === 'affine' && b.form === 'affine') return addAffine(curve, a.at, b.at);
  if (a.form === 'affine') return addMixed(curve, whole(b), a.at);
  if (b.form === 'affine') return addMixed(curve, whole(a), b.at);
  return add(curve, whole(a), whole(b));
}

export const affinely = (curve: Curve, point: Xyzz): Affine => toAffine(curve, point);

/** Sums and doublings of points from a list: equal, opposite, infinite and unrelated ones, in all forms. */
export function randomCase(curve: Curve, points: readonly Affine[], random: Random): Case {
  const pick = (): Affine => points[random.below(points.length)]!;
  const given = (at: Affine): Given => {
    if (random.bool(0.5)) return { form: 'affine', at };
    return scaled(curve, at, 1n + (BigInt(random.word()) % (curve.field.prime - 1n)));
  };
  const at = pick();
  const { prime } = curve.field;
  const opposite: Affine = at === null ? null : { x: at.x, y: (prime - at.y) % prime };
  const other = [pick(), pick(), pick(), at, opposite, null][random.below(6)]!;
  return { double: random.bool(0.25), a: given(at), b: given(other) };
}
