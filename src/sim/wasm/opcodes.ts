// SPDX-License-Identifier: Apache-2.0

export const I32 = 0x7f;
export const I64 = 0x7e;
export const V128 = 0x7b;
/** Result type of a block without a result. */
export const NONE = 0x40;

export type ValueType = typeof I32 | typeof I64 | typeof V128;

/** Instructions without immediates, by the names of the specification. */
export const opcode = {
  unreachable: 0x00,
  else: 0x05,
  end: 0x0b,
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,
  i32_eqz: 0x45,
  i32_eq: 0x46,
  i32_ne: 0x47,
  i32_lt_s: 0x48,
  i32_lt_u: 0x49,
  i32_gt_s: 0x4a,
  i32_gt_u: 0x4b,
  i32_le_s: 0x4c,
  i32_le_u: 0x4d,
  i32_ge_s: 0x4e,
  i32_ge_u: 0x4f,
  i64_eqz: 0x50,
  i64_eq: 0x51,
  i64_ne: 0x52,
  i64_lt_s: 0x53,
  i64_lt_u: 0x54,
  i64_gt_s: 0x55,
  i64_gt_u: 0x56,
  i64_le_s: 0x57,
  i64_le_u: 0x58,
  i64_ge_s: 0x59,
  i64_ge_u: 0x5a,
  i32_clz: 0x67,
  i32_ctz: 0x68,
  i32_popcnt: 0x69,
  i32_add: 0x6a,
  i32_sub: 0x6b,
  i32_mul: 0x6c,
  i32_div_s: 0x6d,
  i32_div_u: 0x6e,
  i32_rem_s: 0x6f,
  i32_rem_u: 0x70,
  i32_and: 0x71,
  i32_or: 0x72,
  i32_xor: 0x73,
  i32_shl: 0x74,
  i32_shr_s: 0x75,
  i32_shr_u: 0x76,
  i64_clz: 0x79,
  i64_ctz: 0x7a,
  i64_popcnt: 0x7b,
  i64_add: 0x7c,
  i64_sub: 0x7d,
  i64_mul: 0x7e,
  i64_div_s: 0x7f,
  i64_div_u: 0x80,
  i64_rem_s: 0x81,
  i64_rem_u: 0x82,
  i64_and: 0x83,
  i64_or: 0x84,
  i64_xor: 0x85,
  i64_shl: 0x86,
  i64_shr_s: 0x87,
  i64_shr_u: 0x88,
  i32_wrap_i64: 0xa7,
  i64_extend_i32_s: 0xac,
  i64_extend_i32_u: 0xad,
  i32_extend8_s: 0xc0,
  i32_extend16_s: 0xc1,
  i64_extend8_s: 0xc2,
  i64_extend16_s: 0xc3,
  i64_extend32_s: 0xc4,
} as const;

export type Opcode = keyof typeof opcode;

/** Loads and stores: opcode and log2 of the natural alignment. */
export const memoryOpcode = {
  i32_load: [0x28, 2],
  i64_load: [0x29, 3],
  i32_load8_u: [0x2d, 0],
  i32_load16_u: [0x2f, 1],
  i64_load32_u: [0x35, 2],
  i32_store: [0x36, 2],
  i64_store: [0x37, 3],
  i32_store8: [0x3a, 0],
  i32_store16: [0x3b, 1],
  i64_store32: [0x3e, 2],
} as const;

export type MemoryOpcode = keyof typeof memoryOpcode;

/** Vector instructions without immediates. */
export const vectorOpcode = {
  i16x8_splat: 0x10,
  i64x2_splat: 0x12,
  v128_and: 0x4e,
  v128_andnot: 0x4f,
  v128_or: 0x50,
  v128_xor: 0x51,
  v128_bitselect: 0x52,
  v128_any_true: 0x53,
  i16x8_shr_u: 0x8d,
  i16x8_mul: 0x95,
  i64x2_bitmask: 0xc4,
  i64x2_shl: 0xcb,
  i64x2_shr_u: 0xcd,
  i64x2_add: 0xce,
  i64x2_sub: 0xd1,
  i64x2_lt_s: 0xd8,
  i64x2_gt_s: 0xd9,
} as const;

export type VectorOpcode = keyof typeof vectorOpcode;

/** Vector loads and stores: opcode and log2 of an alignment that all places of wide values have, which is no more than a hint. */
export const vectorMemoryOpcode = {
  v128_load: [0x00, 2],
  v128_store: [0x0b, 2],
  v128_load32_zero: [0x5c, 2],
  v128_load64_zero: [0x5d, 2],
} as const;

/** Loads and stores of one lane. */
export const laneMemoryOpcode = {
  v128_load32_lane: [0x56, 2],
  v128_store32_lane: [0x5a, 2],
  v128_store64_lane: [0x5b, 2],
} as const;
