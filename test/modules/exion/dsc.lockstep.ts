// SPDX-License-Identifier: Apache-2.0
import { GoldenMachine } from '../../../src/modules/exion/golden/machine/machine.ts';
import { encodeCommand, type FieldName, ops } from '../../../src/modules/exion/isa.ts';
import { disassemble, type Program } from '../../../src/modules/exion/program/index.ts';
import type { SerialCore } from './dsc.bench.ts';

/**
 * Runs a program on the golden machine, and each of its unit commands on a core as well; after every command the two scratchpads must be
 * equal. Memory is the golden machine's business: what LD brings is given to both. Returns the commands compared.
 */
export function runInLockstep(program: Program, core: SerialCore): number {
  const { target, commands } = program;
  let compared = 0;
  let last: { readonly index: number; readonly fields: Readonly<Record<FieldName, number>> } | null = null;
  const scratch = new Uint8Array(core.scratch.buffer);
  const machine = new GoldenMachine({
    params: target.params,
    scratchWords: target.scratchWords,
    dram: program.dram.slice(),
    onCommand(index, fields) {
      if (last !== null) follow(last.index, last.fields);
      last = { index, fields };
    },
  });
  const follow = (index: number, fields: Readonly<Record<FieldName, number>>): void => {
    const where = `command ${index} (${commands[index]!.comment}): ${disassemble(encodeCommand(commands[index]!.command))}`;
    if (fields.op === ops.LD) scratch.set(machine.scratch.bytes);
    try {
      if (core.execute(fields)) compared++;
    } catch (error) {
      throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
    }
    if (Buffer.compare(scratch, machine.scratch.bytes) === 0) return;
    const at = scratch.findIndex((byte, i) => byte !== machine.scratch.bytes[i]);
    const word = Math.floor(at / (4 * target.params.size));
    throw new Error(
      `${where}: byte ${at} of the scratchpad (word ${word}) is ${scratch[at]}, expected ${machine.scratch.bytes[at]}`,
    );
  };
  machine.run(program.entry);
  return compared;
}
