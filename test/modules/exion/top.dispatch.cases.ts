// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import type { Random } from '../../../sim/index.ts';
import { type Command, commandFields, decodeCommand, encodeCommand, ops } from '../../../src/modules/exion/isa.ts';
import { unitOf } from '../../../src/modules/exion/program/units.ts';
import type { DispatchBench } from './top.dispatch.bench.ts';
import type { Flight } from './top.dispatch.units.ts';

/** A command with all its fields. */
export const plain = (fields: Command): Required<Command> => decodeCommand(encodeCommand(fields));

export function randomProgram(random: Random, cores: number, length: number, density: number): Required<Command>[] {
  const mask = (): number => {
    let bits = 0;
    for (let b = 0; b < 32; b++) if (random.bool(density)) bits |= 1 << b;
    return bits >>> 0;
  };
  const coreOps = [ops.MOVE, ops.GEMM, ops.CMBUILD, ops.KBUILD, ops.EPRED, ops.TOPK, ops.SFU];
  const commands = Array.from({ length }, (): Command => {
    const op = random.bool(0.04) ? ops.FENCE : random.bool(0.15) ? random.pick([ops.LD, ops.ST]) : random.pick(coreOps);
    const own = Object.fromEntries(commandFields.map(({ name, width }) => [name, Number(random.bits(width))]));
    const all = random.bool(0.2) ? 1 : 0;
    return { ...own, op, all, core: random.below(cores), reads: mask(), writes: mask() };
  });
  return [...commands, { op: ops.HALT }].map(plain);
}

const waitsForAll = (op: number): boolean => op === ops.FENCE || op === ops.HALT;

/** Whether two commands may not overlap where they are carried out, from the rules of the document. A core of -1 is the DMA. */
function conflict(a: Flight, b: Flight): boolean {
  const meet = (mask: number): boolean =>
    (((a.command.writes & (b.command.writes | b.command.reads)) | (a.command.reads & b.command.writes)) & mask) !== 0;
  return meet(0xff000000) || ((a.core === b.core || a.core < 0 || b.core < 0) && meet(0x00ffffff));
}

/** Everything was carried out once, in order a unit, and nothing overlapped that may not. */
export function checkOrder({ flights, program, options }: DispatchBench): void {
  const copies = (c: Required<Command>): number => (unitOf(c.op) === 'dma' ? 1 : c.all === 1 ? options.cores : 1);
  const wanted = program.filter((c) => !waitsForAll(c.op)).reduce((sum, c) => sum + copies(c), 0);
  expect(flights.length).toBe(wanted);
  for (const a of flights) {
    for (const b of flights) {
      if (a.index >= b.index) continue;
      if (conflict(a, b)) expect(b.taken, `${b.index} after ${a.index}`).toBeGreaterThan(a.done);
      const fence = program.findIndex((c, i) => i > a.index && i < b.index && waitsForAll(c.op));
      if (fence >= 0) expect(b.taken).toBeGreaterThan(a.done);
    }
  }
}
