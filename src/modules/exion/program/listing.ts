// SPDX-License-Identifier: Apache-2.0
import { commandFields, commandWords, decodeCommand, type FieldName, mapBufferOf, predicates } from '../isa.ts';
import type { Program } from './assemble.ts';
import { addressesOf, flagsOf, mnemonicOf } from './operands.ts';
import { dramUnit } from './target.ts';

/** Name of a place in a memory, or null. */
export type Namer = (space: string, place: number) => string | null;

const hidden: ReadonlySet<FieldName> = new Set(['op', 'kind', 'flags', 'when', 'core', 'all', 'reads', 'writes']);

/** One command as text: predicate, core, operation, flags, then every field that is not 0 or is an address. */
export function disassemble(words: ArrayLike<number>, name: Namer = () => null): string {
  const command = decodeCommand(words);
  const addresses = addressesOf(command);
  const when = Object.entries(predicates).find(([, code]) => code === command.when && code !== 0)?.[0] ?? '';
  const core = command.all === 1 ? 'all' : String(command.core);
  const operands = commandFields
    .map((field) => field.name)
    .filter((field) => !hidden.has(field) && (command[field] !== 0 || field in addresses))
    .filter((field) => field !== 'sub' || addresses.map !== 'map')
    .map((field) => {
      const space = field === 'dram' ? 'dram' : addresses[field];
      if (space === undefined) return `${field}=${command[field]}`;
      const place = space === 'dram' ? command[field] * dramUnit : command[field];
      const number = space === 'map' ? mapBufferOf(command) : command[field];
      return `${field}=${name(space, place) ?? `${space}:${number}`}`;
    });
  const flagNames = flagsOf(command).map((flag) => `+${flag}`);
  return [when.padEnd(6), core.padEnd(3), [mnemonicOf(command), ...flagNames].join(' ').padEnd(22), operands.join(' ')]
    .join(' ')
    .trimEnd();
}

/** The program as text, a line a command: number, command with names of regions, buffers, and what it is for. */
export function listing(program: Program): string {
  const { commands, dram, entry, layout, memory } = program;
  const name: Namer = (space, place) => {
    if (space === 'scratch') return layout.scratch.nameOf(place);
    if (space === 'mask') return layout.mask.nameOf(place);
    return space === 'dram' ? memory.regions.nameOf(place) : null;
  };
  const words = new Uint32Array(dram.buffer, dram.byteOffset + entry, commandWords * commands.length);
  return commands
    .map(({ command, comment }, i) => {
      const text = disassemble(words.subarray(commandWords * i, commandWords * (i + 1)), name);
      const hex = (bits: number | undefined): string => (bits ?? 0).toString(16).padStart(8, '0');
      return `${String(i).padStart(5)}  ${text}  [r ${hex(command.reads)} w ${hex(command.writes)}]  ; ${comment}`;
    })
    .join('\n');
}
