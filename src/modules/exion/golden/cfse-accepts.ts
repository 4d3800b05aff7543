// SPDX-License-Identifier: Apache-2.0
import { type Command, flags, sfuKinds } from '../isa.ts';

/** Sizes of the memories that a special function command may not leave. */
export interface SfuLimits {
  /** R. */
  readonly size: number;
  readonly columns: number;
  readonly maskWords: number;
  readonly params: number;
}

/** Most columns of LN: the sums of a row are exact up to here. */
export const longestNorm = 4096;

const { FROM_GSC, GELU, MASK_OUT, MASK_IN, ADD } = flags;

/** Flags that each kind knows; MASK_IN of SOFTMAX and FROM_GSC of LN say what is so anyway. */
const knownFlags: Readonly<Record<number, number>> = {
  [sfuKinds.RQ]: FROM_GSC | GELU | MASK_OUT | MASK_IN | ADD,
  [sfuKinds.AXPY]: FROM_GSC | ADD,
  [sfuKinds.LN]: FROM_GSC,
  [sfuKinds.SOFTMAX]: MASK_IN,
  [sfuKinds.COPY]: FROM_GSC,
  [sfuKinds.PSUB]: FROM_GSC,
};

type Fields = Required<Pick<Command, 'kind' | 'flags' | 'n' | 'srcA' | 'maskA' | 'param' | 'shift' | 'live'>>;

/**
 * Whether the unit carries out an SFU command: a known kind with flags of its own, at least a column, a shift where
 * values are rounded, nothing beyond OMEM, masks, parameters.
 */
export function accepts(
  { kind, flags: given, n, srcA, maskA, param, shift, live }: Fields,
  limits: SfuLimits,
): boolean {
  const known = knownFlags[kind];
  if (known === undefined || (given & ~known) !== 0) return false;
  const has = (flag: number): boolean => (given & flag) !== 0;
  const { LN, SOFTMAX, RQ, AXPY } = sfuKinds;
  if (n === 0 || (kind === LN && n > longestNorm)) return false;
  if (has(MASK_OUT) && (has(MASK_IN) || live < 1 || live > limits.size)) return false;
  const readsOmem = kind !== LN && !has(FROM_GSC);
  const readsParams = kind === RQ || kind === AXPY || kind === LN;
  if (readsParams && shift === 0) return false;
  const usesMask = kind === SOFTMAX || has(MASK_IN) || has(MASK_OUT);
  return !(
    (readsOmem && srcA + n > limits.columns) ||
    (readsParams && param + n > limits.params) ||
    (usesMask && maskA + n > limits.maskWords)
  );
}
