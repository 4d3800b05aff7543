// SPDX-License-Identifier: Apache-2.0
import type { Bool } from '../../../dsl/index.ts';
import { type ModuleBuilder, type Signal, UInt, type View } from '../../../dsl/index.ts';
import { commandType } from '../core.types.ts';
import { flags, sfuKinds } from '../isa.ts';
import { type CfseParams, longestNorm } from './cfse.types.ts';

/** Command fields of the unit. */
export const sfuFields = [
  'kind',
  'flags',
  'n',
  'dst',
  'srcA',
  'srcB',
  'srcP',
  'maskA',
  'param',
  'gain',
  'shift',
  'live',
  'keep',
  'limit',
] as const;

export const sfuCommandType = commandType(...sfuFields);
type Bit = Signal<typeof Bool>;

/** What a command means. Constant while it is carried out. */
export interface Plan {
  readonly requantise: Bit;
  readonly axpy: Bit;
  readonly norm: Bit;
  readonly softmax: Bit;
  readonly psub: Bit;
  /** COPY or PSUB: 32-bit results. */
  readonly plain: Bit;
  readonly from_scratch: Bit;
  readonly gelu: Bit;
  readonly mask_out: Bit;
  readonly mask_in: Bit;
  readonly add: Bit;
  readonly reads_omem: Bit;
  readonly reads_mask: Bit;
  /** Operands from the scratchpad: bit 0 A, 1 B (or x of LN), 2 P. */
  readonly uses: Signal;
  /** Bytes of an element of the result: 0 one, 1 two, 2 four. */
  readonly bytes: Signal;
  readonly is_bad: Bit;
}

const { RQ, AXPY, LN, SOFTMAX, COPY, PSUB } = sfuKinds;

/** Decodes a command that is held in registers, and finds what is wrong with it (the law: `accepts` in golden/cfse-accepts.ts). */
export function describePlan(m: ModuleBuilder, p: CfseParams, command: View<typeof sfuCommandType>): Plan {
  const { kind, n, srcA, maskA, param, live } = command;
  const has = (flag: number): Bit => command.flags.bit(Math.log2(flag));
  const what = m.nets({
    requantise: kind.eq(RQ),
    axpy: kind.eq(AXPY),
    norm: kind.eq(LN),
    softmax: kind.eq(SOFTMAX),
    psub: kind.eq(PSUB),
    plain: kind.eq(COPY).or(kind.eq(PSUB)),
    from_scratch: has(flags.FROM_GSC),
    gelu: has(flags.GELU),
    mask_out: has(flags.MASK_OUT),
    mask_in: has(flags.MASK_IN),
    add: has(flags.ADD),
  });
  const { reads_omem, reads_params, reads_mask } = m.nets({
    reads_omem: what.norm.or(what.from_scratch).not(),
    reads_params: what.requantise.or(what.axpy).or(what.norm),
    reads_mask: what.softmax.or(what.mask_in),
  });
  const beyond = (base: Signal, size: number): Bit => base.addFull(n).gt(size);
  const only = (kinds: Bit, flag: Bit): Bit => flag.and(kinds.not());
  const bad = m.nets({
    bad_kind: kind.gt(PSUB),
    bad_flags: only(what.softmax.not(), what.from_scratch)
      .or(only(what.requantise, what.gelu.or(what.mask_out)))
      .or(only(what.requantise.or(what.softmax), what.mask_in))
      .or(only(what.requantise.or(what.axpy), what.add))
      .or(what.mask_out.and(what.mask_in))
      .or(has(flags.ROW_MASK)),
    bad_count: n.eq(0).or(what.norm.and(n.gt(longestNorm))),
    bad_shift: reads_params.and(command.shift.eq(0)),
    bad_rows: what.mask_out.and(live.eq(0).or(live.gt(p.size))),
    beyond_omem: reads_omem.and(beyond(srcA, p.columns)),
    beyond_params: reads_params.and(beyond(param, p.params)),
    beyond_masks: reads_mask.or(what.mask_out).and(beyond(maskA, p.maskWords)),
  });
  const rest = m.nets({
    uses: what.add.concat(what.axpy.or(what.psub).or(what.norm), what.from_scratch.and(what.norm.not())),
    bytes: what.plain.mux(m.lit(2, UInt(2)), what.axpy.resize(2)),
    is_bad: Object.values(bad).reduce((any, each) => any.or(each)),
  });
  return { ...what, reads_omem, reads_mask, ...rest };
}
