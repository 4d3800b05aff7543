// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import type { Expr, OpExpr } from '../../ir/expr.ts';
import { limbsOf, pairsOf } from '../plan/values.ts';
import { I32, V128 } from '../wasm/opcodes.ts';
import type { EmitContext, Emitter, Place } from './emitter.ts';
import { pushClamped } from './shift.ts';
import { pushWideExtract } from './wide-limb.ts';
import { copyPlace, placeAt, storePair, temporary } from './wide-memory.ts';
import { pushMask } from './wide-pair.ts';
import { addressOf } from './wide-store.ts';

/** Pairs that are in locals at the same time. */
const GROUP = 8;
/** The high byte of each 16-bit lane. */
const HIGH_BYTES = 0xff00_ff00_ff00_ff00n;

/**
 * Stores a shift by a variable amount; the destination may be the operand.
 *
 * Whole bytes are a matter of the address to load from. What is left over is a shift to the left by 0 to 7 bits, also behind a shift to the right:
 * a product of 16-bit lanes and a power of two, because a vector's own shift takes its amount from a scalar register anew each time. Only the high byte of
 * a product is right; the low one is the high byte of the same product one byte further down.
 *
 * What lies before and behind the operand is loaded, too. Masks from a table take it away, exact to the bit.
 */
export function storeShift(e: Emitter, expr: OpExpr, to: Place): void {
  const pairs = pairsOf(expr.width);
  const shift = startShift(e, expr);
  // No pair of the operand is overwritten before it has been read. A load from behind the operand, where the destination may be, would wait for the stores
  // before it: those come last in a group.
  const order = Array.from({ length: pairs }, (_, i) => (expr.op === 'shl' ? pairs - 1 - i : i));
  for (let first = 0; first < pairs; first += GROUP) {
    const group = order.slice(first, first + GROUP);
    const results = group.map((pair) => {
      const result = e.take(V128);
      pushShifted(e, expr, shift, pair);
      e.code.set(result);
      return result;
    });
    results.forEach((result, i) => {
      storePair(e, to, group[i]!, () => e.code.get(result));
      e.give(V128, result);
    });
  }
  for (const local of [shift.source, shift.masks]) e.give(I32, local);
  for (const local of [shift.power, shift.fill]) e.give(V128, local);
}

/** Locals. */
interface Shift {
  /** Address of the lower one of the two bytes that the lowest byte of the result is made of. */
  readonly source: number;
  /** Address of ones where the result has bits of the operand; of a shift to the left, where it has none. */
  readonly masks: number;
  /** The power of two in each 16-bit lane. */
  readonly power: number;
  /** Copies of the sign that enter from above, for arithmetic shifts alone. */
  readonly fill: number;
}

function startShift(e: Emitter, { op, args, width }: OpExpr): Shift {
  const { code } = e;
  const [value, amount] = args as readonly [Expr, Expr];
  const left = op === 'shl';
  const bytes = 8 * limbsOf(width);
  const table = shiftTable(e.context, bytes);
  const from = operandPlace(e, value, bytes);
  const [source, masks, power, fill] = [e.take(I32), e.take(I32), e.take(V128), e.take(V128)];
  if (op === 'shrS') {
    code.i64(0n);
    pushWideExtract(e, value, width - 1, 1);
    code.op('i64_sub');
    code.vector('i64x2_splat');
    code.set(fill);
  }
  e.scratch(I32, (down) => {
    if (left) code.i32(0);
    pushClamped(e, amount, width);
    if (left) code.op('i32_sub');
    code.set(down);
    pushRow(e, bytes, 0, down);
    code.tee(masks);
    code.vectorMemory('v128_load', table);
    code.set(power);
    // A mask of so many ones, less `down`.
    const ones = left ? 0 : width;
    if (ones % 8 === 0) code.get(masks);
    else pushRow(e, bytes, ones, down);
    code.i32(ones);
    code.get(down);
    code.op('i32_sub');
    code.i32(3);
    code.op('i32_shr_u');
    code.op('i32_sub');
    code.i32(table + 16 + bytes);
    code.op('i32_add');
    code.set(masks);
    code.get(down);
    code.i32(7);
    code.op('i32_add');
    code.i32(3);
    code.op('i32_shr_s');
    code.i32(from.offset - 1);
    code.op('i32_add');
    if (from.base !== null) {
      code.get(from.base);
      code.op('i32_add');
    }
    code.set(source);
  });
  return { source, masks, power, fill };
}

function pushShifted(e: Emitter, { op, width }: OpExpr, { source, masks, power, fill }: Shift, pair: number): void {
  const { code } = e;
  const pushProduct = (at: number): void => {
    code.get(source);
    code.vectorMemory('v128_load', at);
    code.get(power);
    code.vector('i16x8_mul');
  };
  pushProduct(16 * pair + 1);
  code.v128(HIGH_BYTES, HIGH_BYTES);
  code.vector('v128_and');
  pushProduct(16 * pair);
  code.i32(8);
  code.vector('i16x8_shr_u');
  code.vector('v128_or');
  if (op === 'shrS') code.get(fill);
  code.get(masks);
  code.vectorMemory('v128_load', 16 * pair);
  code.vector(op === 'shl' ? 'v128_andnot' : op === 'shrU' ? 'v128_and' : 'v128_bitselect');
  if (op === 'shrU' || pair < pairsOf(width) - 1 || width % 128 === 0) return;
  pushMask(e, width, pair);
  code.vector('v128_and');
}

/** A place of the operand around which as many bytes as it has may be loaded, and a vector more. The caller of a routine sees to that. */
function operandPlace(e: Emitter, value: Expr, bytes: number): Place {
  const bound = e.bound?.places.get(value);
  if (bound) return bound;
  const { arena } = e.context.map;
  let from = addressOf(e, value);
  if (from <= bytes) {
    arena.reach(bytes + 1);
    const copy = temporary(e, 8 * bytes);
    copyPlace(e, placeAt(from, 8 * bytes), copy);
    from = copy.offset;
  }
  arena.reach(from + 2 * bytes + 32);
  return placeAt(from, 8 * bytes);
}

/** Bytes of a row of the table for values of some bytes. */
function rowBytes(bytes: number): number {
  return 32 + 2 * bytes;
}

/**
 * Address of eight rows. Row r has 2 ** r in each 16-bit lane, then ones, as many bytes as a value has, r ones in the byte behind them, then zeros. What is loaded from
 * n bytes before that byte is a mask of 8n + r ones.
 */
function shiftTable({ map, constants, shiftTables }: EmitContext, bytes: number): number {
  const known = shiftTables.get(bytes);
  if (known !== undefined) return known;
  const table = new Uint8Array(8 * rowBytes(bytes));
  for (let r = 0; r < 8; r++) {
    const row = table.subarray(r * rowBytes(bytes), (r + 1) * rowBytes(bytes));
    for (let lane = 0; lane < 8; lane++) row[2 * lane] = 2 ** r;
    row.fill(0xff, 16, 16 + bytes);
    row[16 + bytes] = Number(mask(r));
  }
  const address = map.arena.alloc(table.length, 16);
  constants.push({ address, bytes: table });
  shiftTables.set(bytes, address);
  return address;
}

/** Pushes the offset of row (most - down) % 8. */
function pushRow(e: Emitter, bytes: number, most: number, down: number): void {
  const { code } = e;
  code.i32(most);
  code.get(down);
  code.op('i32_sub');
  code.i32(7);
  code.op('i32_and');
  code.i32(rowBytes(bytes));
  code.op('i32_mul');
}
