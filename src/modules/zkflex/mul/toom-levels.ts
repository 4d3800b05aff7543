// SPDX-License-Identifier: Apache-2.0
import { delayed } from '../arith/delay.ts';
import { type Level, limbsOf } from './level.ts';
import { toom2Combine, toom2Evaluate, toom2Latency } from './toom2.ts';
import { toom3Evaluate, toom3EvaluateLatency } from './toom3-evaluate.ts';
import { toom3Interpolate, toom3InterpolateLatency } from './toom3-interpolate.ts';
import { toom4Evaluate, toom4EvaluateLatency } from './toom4-evaluate.ts';
import { toom4Interpolate, toom4InterpolateLatency } from './toom4-interpolate.ts';

/** Subtractive Toom-2, which is the subtractive form of Karatsuba with two limbs: three products. */
export const toom2Level: Level = {
  products: 3,
  below: (width) => Math.ceil(width / 2),
  evaluateLatency: toom2Latency('all'),
  combineLatency: toom2Latency('all'),
  evaluate(m, name, x) {
    const limb = this.below(x.width);
    const [low, high] = limbsOf(x, limb, 2);
    const key = `evaluate_${name}`;
    const two = m.instances({ [key]: toom2Evaluate({ limb, registers: 'all' }) })[key]!;
    two.low.assign(low!);
    two.high.assign(high!);
    const held = [low!, high!].map((each, i) => delayed(m, `limb_${name}${i}`, each, this.evaluateLatency));
    return { operands: [...held, two.difference], signs: [two.negative] };
  },
  combine(m, width, [lo, hi, d], [add], valid) {
    const split = this.below(width);
    const { combine } = m.instances({ combine: toom2Combine({ split, upper: width - split, registers: 'all' }) });
    combine.valid.assign(valid);
    combine.lo.assign(lo!);
    combine.hi.assign(hi!.trunc(2 * (width - split)));
    combine.d.assign(d!);
    combine.add.assign(add!);
    return combine.product;
  },
};

/** Toom-3 at 0, 1, -1, 2 and infinity: five products. */
export const toom3Level: Level = {
  products: 5,
  below: (width) => Math.ceil(width / 3) + 3,
  evaluateLatency: toom3EvaluateLatency('all'),
  combineLatency: toom3InterpolateLatency('all'),
  evaluate(m, name, x) {
    const limb = Math.ceil(x.width / 3);
    const limbs = limbsOf(x, limb, 3);
    const key = `evaluate_${name}`;
    const three = m.instances({ [key]: toom3Evaluate({ limb, registers: 'all' }) })[key]!;
    three.x0.assign(limbs[0]!);
    three.x1.assign(limbs[1]!);
    three.x2.assign(limbs[2]!);
    const [e0, , einf] = limbs.map((each, i) =>
      i === 1 ? each : delayed(m, `limb_${name}${i}`, each, this.evaluateLatency),
    );
    return { operands: [e0!, three.one, three.minus, three.two, einf!], signs: [three.negative] };
  },
  combine(m, width, [w0, w1, wm, w2, winf], [add], valid) {
    const limb = Math.ceil(width / 3);
    const { interpolate } = m.instances({ interpolate: toom3Interpolate({ limb, registers: 'all' }) });
    interpolate.valid.assign(valid);
    interpolate.w0.assign(w0!.trunc(2 * limb));
    interpolate.w1.assign(w1!.trunc(2 * limb + 4));
    interpolate.wm.assign(wm!.trunc(2 * limb + 2));
    interpolate.w2.assign(w2!);
    interpolate.winf.assign(winf!.trunc(2 * limb));
    interpolate.add.assign(add!);
    return interpolate.product;
  },
};

/** Toom-4 at 0, 1, -1, 2, -2, 1/2 and infinity: seven products. */
export const toom4Level: Level = {
  products: 7,
  below: (width) => Math.ceil(width / 4) + 4,
  evaluateLatency: toom4EvaluateLatency('all'),
  combineLatency: toom4InterpolateLatency('all'),
  evaluate(m, name, x) {
    const limb = Math.ceil(x.width / 4);
    const limbs = limbsOf(x, limb, 4);
    const key = `evaluate_${name}`;
    const four = m.instances({ [key]: toom4Evaluate({ limb, registers: 'all' }) })[key]!;
    [four.x0, four.x1, four.x2, four.x3].forEach((port, i) => port.assign(limbs[i]!));
    const outer = [0, 3].map((i) => delayed(m, `limb_${name}${i}`, limbs[i]!, this.evaluateLatency));
    return {
      operands: [outer[0]!, four.one, four.minus_one, four.two, four.minus_two, four.half, outer[1]!],
      signs: [four.negative_one, four.negative_two],
    };
  },
  combine(m, width, [w0, w1, wm1, w2, wm2, wh, w6], [add1, add2], valid) {
    const limb = Math.ceil(width / 4);
    const { interpolate } = m.instances({ interpolate: toom4Interpolate({ limb, registers: 'all' }) });
    interpolate.valid.assign(valid);
    interpolate.w0.assign(w0!.trunc(2 * limb));
    interpolate.w1.assign(w1!);
    interpolate.wm1.assign(wm1!);
    interpolate.w2.assign(w2!);
    interpolate.wm2.assign(wm2!);
    interpolate.wh.assign(wh!);
    interpolate.w6.assign(w6!.trunc(2 * limb));
    interpolate.add1.assign(add1!);
    interpolate.add2.assign(add2!);
    return interpolate.product;
  },
};
