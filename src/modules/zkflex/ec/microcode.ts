// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, UInt, widthOf } from '../../../dsl/index.ts';
import { bitsFor } from '../../lib/widths.ts';
import { type ProgramName, programs } from './programs.ts';
import { type Operation, schedule } from './schedule.ts';

/** Bits of the number of a register of a set. */
export const registerBits = 4;
const register = UInt(registerBits);

/** What a sum tells about zero: nothing, the flag that makes a case special (H, U), or the second one (R). */
const flagCodes: Readonly<Record<string, number>> = { H: 1, U: 1, R: 2 };

/** When a program is left early. */
export const branchCodes = { none: 0, sameX: 1, flat: 2 } as const;

/** `withA`: the second operand is the coefficient of the curve. */
export const sumType = Bundle({
  valid: Bool,
  minus: Bool,
  a: register,
  b: register,
  withA: Bool,
  result: register,
  flag: UInt(2),
});
export const productType = Bundle({ valid: Bool, a: register, b: register, withA: Bool, result: register });

/** A turn as the lanes read it. */
export const turnType = Bundle({
  first: sumType,
  second: sumType,
  product: productType,
  branch: UInt(2),
  isAffine: Bool,
  isLast: Bool,
});

/** Values with their bits, first in the most significant bits. */
type Field = readonly [value: number, bits: number];

function reading(operation: Operation | null): Field[] {
  const { a, b } = operation ?? { a: 0, b: 0 };
  return [
    [a, registerBits],
    [b === 'a' ? 0 : b, registerBits],
    [b === 'a' ? 1 : 0, 1],
  ];
}

function sumFields(operation: Operation | null): Field[] {
  return [
    [operation === null ? 0 : 1, 1],
    [operation?.operator === '-' ? 1 : 0, 1],
    ...reading(operation),
    [operation?.result ?? 0, registerBits],
    [flagCodes[operation?.name ?? ''] ?? 0, 2],
  ];
}

function packed(fields: readonly Field[]): bigint {
  return fields.reduce((word, [value, bits]) => (word << BigInt(bits)) | BigInt(value), 0n);
}

function assemble(name: ProgramName): bigint[] {
  const program = programs[name];
  const { turns, decides } = schedule(program);
  return turns.map(({ first, second, product }, at) =>
    packed([
      ...sumFields(first),
      ...sumFields(second),
      [product === null ? 0 : 1, 1],
      ...reading(product),
      [product?.result ?? 0, registerBits],
      [at === decides ? branchCodes[program.special] : branchCodes.none, 2],
      [program.isAffine ? 1 : 0, 1],
      [at === turns.length - 1 ? 1 : 0, 1],
    ]),
  );
}

/** All programs one behind the other: the words of the program memory, and where each begins. */
export const microcode = (() => {
  const words: bigint[] = [];
  const starts = {} as Record<ProgramName, number>;
  for (const name of Object.keys(programs) as ProgramName[]) {
    starts[name] = words.length;
    words.push(...assemble(name));
  }
  return { words, starts, addressBits: bitsFor(words.length - 1), bits: widthOf(turnType) } as const;
})();
