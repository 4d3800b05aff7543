// SPDX-License-Identifier: Apache-2.0
import { Bundle, type BundleType, UInt, type UIntType } from '../../../dsl/index.ts';
import { type CommandField, commandFields, commandWords } from './commands.ts';

/** A command as eight words of 32 bits, word 0 lowest. */
export const commandBits = 32 * commandWords;

/** A command by its fields. */
export const commandType: BundleType<Record<CommandField, UIntType>> = Bundle(
  Object.fromEntries(commandFields.map(({ name, width }) => [name, UInt(width)])) as Record<CommandField, UIntType>,
);

/** Place of the lowest bit of a field in the command. */
export const fieldPlace = (name: CommandField): { lsb: number; width: number } => {
  const { word, lsb, width } = commandFields.find((field) => field.name === name)!;
  return { lsb: 32 * word + lsb, width };
};
