// SPDX-License-Identifier: Apache-2.0
import { openEngine } from '../../../sim/index.ts';
import type { Axi4MemoryOptions } from '../../../sim/axi4-memory.ts';
import { ExionHost } from '../../../sim/workloads/exion-host.ts';
import { GoldenMachine } from '../../../src/modules/exion/golden/machine/machine.ts';
import { type Command, encodeCommand } from '../../../src/modules/exion/isa.ts';
import type { Program } from '../../../src/modules/exion/program/index.ts';
import type { ExionTopParamsInput } from '../../../src/modules/exion/top/top.params.ts';
import { exionTop } from '../../../src/modules/exion/top/top.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';

/** The design in an engine, with software and a memory of `bytes`. */
export async function openTop(
  p: ExionTopParamsInput,
  memory: Axi4MemoryOptions,
  engine: EngineKind = 'embedded',
): Promise<ExionHost> {
  return new ExionHost(await openEngine(exionTop(p), { engine }), p, memory);
}

/** What is the first difference between the memory of a host after a run and that of the golden machine? -1 for none. */
export function firstDifference(host: ExionHost, expected: Uint8Array): number {
  const { bytes } = host.memory;
  return Buffer.compare(bytes, expected) === 0 ? -1 : expected.findIndex((byte, i) => byte !== bytes[i]);
}

/** The memory after a program, and the commands that were carried out, by the golden machine. */
export function golden(program: Program): { dram: Uint8Array; executed: { index: number; iteration: number }[] } {
  const { params, scratchWords, cores } = program.target;
  const executed: { index: number; iteration: number }[] = [];
  const machine = new GoldenMachine({
    params,
    scratchWords,
    cores,
    dram: program.dram.slice(),
    onCommand: (index, _command, iteration) => executed.push({ index, iteration }),
  });
  machine.run(program.entry);
  return { dram: machine.dram, executed };
}

/** Puts commands into a memory. */
export function place(bytes: Uint8Array, entry: number, commands: readonly Command[]): void {
  commands.forEach((command, i) => {
    bytes.set(new Uint8Array(encodeCommand(command).buffer), entry + 64 * i);
  });
}
