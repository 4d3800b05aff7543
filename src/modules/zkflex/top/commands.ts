// SPDX-License-Identifier: Apache-2.0

/**
 * Commands of ZK-Flex: eight words of 32 bits, written into the command FIFO, carried out in order and one at a time. Plain data: hardware,
 * host software and documentation read these tables. Addresses of memory are in beats of the bus.
 */
export const ops = {
  /** Field and curve: reads p, p' = -p^-1 mod 2^n and the curve's a (Montgomery) at `address`, as elements of `mode`. */
  CFG: 1,
  /** `count` elements from `address` to `dst` of node `node`; with REVERSE element i of memory goes to the bit-reversed place of log2n bits. */
  LOAD: 2,
  /** `count` elements from `src` of node `node` to `address`; REVERSE as in LOAD. */
  STORE: 3,
  /** An operation of a transform node: `kind` of `nttOps`. */
  VECTOR: 4,
  /** One pass of a multi-scalar multiplication: bases at `address`, scalars at `second`, `count` elements; the sum goes to `result` as kind, x, y, zz, zzz. */
  MSM: 5,
  /** `status.synced` and `tag`: all commands before it are complete. */
  SYNC: 6,
} as const;
export type Op = keyof typeof ops;

export const flags = {
  /** LOAD, STORE: bit-reversed places. */
  REVERSE: 1,
  /** LOAD, STORE: twiddle memory, not data. */
  TWIDDLES: 2,
  /** VECTOR: on all nodes, as one transform; else on node `node`. */
  ACROSS: 1,
  /** VECTOR: the twiddle table has words for each stage. */
  PER_STAGE: 2,
  /** VECTOR: on all nodes, each for itself. */
  ALL: 4,
  /** CFG: the curve's a is 0. */
  A_IS_ZERO: 1,
  /** MSM: adds the result of the pass before, times 2^(c windows); without a CFG between them. */
  ACCUMULATE: 1,
  /** MSM: without it the pass gives nothing to memory yet. */
  STORE_RESULT: 2,
} as const;

interface Field {
  readonly name: string;
  readonly word: number;
  readonly lsb: number;
  readonly width: number;
  readonly doc: string;
}

/** Every field at one place for all operations. */
export const commandFields = [
  { name: 'op', word: 0, lsb: 0, width: 4, doc: 'Operation' },
  { name: 'flags', word: 0, lsb: 4, width: 4, doc: 'As the operation says' },
  { name: 'node', word: 0, lsb: 8, width: 4, doc: 'Node of LOAD, STORE and VECTOR' },
  { name: 'mode', word: 0, lsb: 12, width: 2, doc: 'CFG: 0, 1, 2 for operands of 2L, 3L, 6L bits' },
  { name: 'kind', word: 0, lsb: 16, width: 4, doc: 'VECTOR: what to do' },
  { name: 'log2n', word: 0, lsb: 20, width: 6, doc: 'Binary logarithm of a length; CFG: the two-adicity of the field' },
  { name: 'log2batch', word: 0, lsb: 26, width: 6, doc: 'VECTOR: binary logarithm of the number of vectors' },
  { name: 'address', word: 1, lsb: 0, width: 32, doc: 'Memory, in beats' },
  { name: 'src', word: 2, lsb: 0, width: 32, doc: 'First operand' },
  { name: 'dst', word: 3, lsb: 0, width: 32, doc: 'Result' },
  { name: 'second', word: 4, lsb: 0, width: 32, doc: 'Twiddles or second operand; MSM: scalars in memory, in beats' },
  { name: 'count', word: 5, lsb: 0, width: 24, doc: 'Elements' },
  { name: 'scalar_beats', word: 5, lsb: 24, width: 8, doc: 'MSM: beats of a scalar' },
  {
    name: 'c',
    word: 6,
    lsb: 0,
    width: 6,
    doc: 'MSM: bits of a window; VECTOR: binary logarithm of the vectors side by side',
  },
  { name: 'windows', word: 6, lsb: 8, width: 12, doc: 'MSM: windows of the pass' },
  { name: 'first', word: 6, lsb: 20, width: 12, doc: 'MSM: windows below those of the pass' },
  { name: 'result', word: 7, lsb: 0, width: 32, doc: 'MSM: place of the sum, in beats; SYNC: the tag' },
] as const satisfies readonly Field[];
export type CommandField = (typeof commandFields)[number]['name'];
export const commandWords = 8;

/** The words of a command; fields that are left out are 0. Throws when a value does not fit. */
export function encodeCommand(op: Op, values: Partial<Record<CommandField, number>>): number[] {
  const words = new Array<bigint>(commandWords).fill(0n);
  for (const { name, word, lsb, width } of commandFields) {
    const value = name === 'op' ? ops[op] : (values[name] ?? 0);
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** width) {
      throw new RangeError(`${op}: ${name} has ${width} bits, it cannot be ${value}`);
    }
    words[word] = words[word]! | (BigInt(value) << BigInt(lsb));
  }
  return words.map(Number);
}
