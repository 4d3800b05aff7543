// SPDX-License-Identifier: Apache-2.0
import { Bool, type ModuleBuilder, type Signal, UInt } from '../../../dsl/index.ts';
import { delayed, validChain } from '../arith/delay.ts';
import { productLatency } from '../tcore.params.ts';
import type { LaneParams, LanePorts } from './lane-ports.ts';

/** Steps of the queue of tags until a cycle that is `products` products later; see `followTags`. */
export const stepsAfter = (p: LaneParams, products: number): number => Math.ceil((products * productLatency(p)) / 3);

/**
 * Tags and valid bits of all that is in flight: a queue that moves when operands may enter, LP + 1 steps long in both modes. An operation that
 * entered at t is at step k from t + 3(k-1) + 1 to t + 3k, in product-only mode at t + k.
 */
export function followTags(m: ModuleBuilder, p: LaneParams, io: LanePorts) {
  const moves = io.whole.or(io.phase.eq(0));
  const valid: Signal<typeof Bool>[] = [io.request.fire];
  const tag: Signal[] = [io.request.payload.tag];
  for (let k = 1; k <= productLatency(p) + 1; k++) {
    const names = [`valid_${k}`, `tag_${k}`] as const;
    const v = m.regs({ [names[0]]: Bool.init(0) })[names[0]]!;
    const t = m.regs({ [names[1]]: UInt(p.tagBits) })[names[1]]!;
    m.when(moves, () => {
      v.next(valid[k - 1]!);
      t.next(tag[k - 1]!);
    });
    valid.push(v);
    tag.push(t);
  }
  return { valid, tag };
}

/** What entered LP cycles ago gets its second product in this cycle, what entered 2 LP cycles ago its third, by tag and phase. */
export function checkPhases(m: ModuleBuilder, p: LaneParams, io: LanePorts, tags: ReturnType<typeof followTags>): void {
  const LP = productLatency(p);
  const entered = validChain(m, 'entered', io.request.fire, 2 * LP);
  const tag = [LP, 2 * LP].map((cycles, i) => delayed(m, `entered_tag_${i}`, io.request.payload.tag, cycles));
  [1, 2].forEach((phase) => {
    const step = stepsAfter(p, phase);
    const isItsTurn = io.phase
      .eq(phase)
      .and(tags.valid[step]!)
      .and(tags.tag[step]!.eq(tag[phase - 1]!));
    m.assert(`phase_${phase}_aligned`, entered[phase * LP]!.orR().not().or(io.whole).or(isItsTurn));
  });
}
