// SPDX-License-Identifier: Apache-2.0
import type { Affine } from '../../../src/modules/zkflex/golden/curve.ts';
import { inverseMod, mulMod } from '../../../src/modules/zkflex/golden/field.ts';
import { fromMontgomery } from '../../../src/modules/zkflex/golden/montgomery.ts';
import { seatCount } from '../../../src/modules/zkflex/ec/point-engine.params.ts';
import type { EcMachine, EcPlan } from '../../../src/modules/zkflex/optimise/ec.ts';
import { pointKind } from '../../../src/modules/zkflex/point.types.ts';
import { flags } from '../../../src/modules/zkflex/top/commands.ts';
import { modes } from '../../../src/modules/zkflex/tcore.params.ts';
import type { ZkFlexParams } from '../../../src/modules/zkflex/top/zkflex.params.ts';
import { pointElements } from '../../../src/modules/zkflex/top/point-streams.ts';
import type { FieldSetup } from './field-setup.ts';
import type { ZkFlexHost } from './host.ts';

/** What the EC optimiser has to know of a design and a curve. */
export const ecMachine = (p: ZkFlexParams, mode: number, a: bigint): EcMachine => ({
  engines: p.nodes,
  lanes: modes[mode]!.lanes,
  seats: seatCount(p),
  keys: p.keys,
  aIsZero: a === 0n,
  windowBits: p.windowBits,
  windows: p.windows,
  pool: p.pool,
  spill: false,
});

/** Addresses in memory, in bytes. */
export interface SumPlace {
  /** Affine Montgomery x then y; both 0 is infinity. */
  readonly bases: number;
  /** Plain. */
  readonly scalars: number;
  /** Bytes of a scalar: whole beats. */
  readonly scalarBytes: number;
  readonly result: number;
}

/** The sum of n scalars times bases, affine and plain; null is infinity. The one inversion is done here. */
export function multiScalarSum(host: ZkFlexHost, field: FieldSetup, n: number, plan: EcPlan, place: SumPlace): Affine {
  plan.passes.forEach(({ first, count }, i) => {
    const isLast = i === plan.passes.length - 1;
    host.push('MSM', {
      address: host.beat(place.bases),
      second: host.beat(place.scalars),
      scalar_beats: host.beat(place.scalarBytes),
      count: n,
      c: plan.c,
      first,
      windows: count,
      result: host.beat(place.result),
      flags: (i > 0 ? flags.ACCUMULATE : 0) | (isLast ? flags.STORE_RESULT : 0),
    });
  });
  host.finish();
  const [kind, ...coordinates] = host.get(place.result, pointElements, field.elementBytes);
  return affineOf(field, Number(kind), coordinates);
}

function affineOf({ montgomery: m }: FieldSetup, kind: number, coordinates: readonly bigint[]): Affine {
  if (kind === pointKind.infinity) return null;
  const [x, y, zz, zzz] = coordinates.map((value) => fromMontgomery(value, m)) as [bigint, bigint, bigint, bigint];
  if (kind === pointKind.affine) return { x, y };
  return { x: mulMod(x, inverseMod(zz, m.p), m.p), y: mulMod(y, inverseMod(zzz, m.p), m.p) };
}
