// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { Random } from '../../../sim/index.ts';
import type { ExionHost } from '../../../sim/workloads/exion-host.ts';
import { GoldenMachine } from '../../../src/modules/exion/golden/machine/machine.ts';
import { type Command, flags, gemmKinds, moveKinds, ops, sfuKinds } from '../../../src/modules/exion/isa.ts';
import { smallCore } from './program.cases.ts';
import { openTop, place } from './top.host.ts';

const params = smallCore({ size: 4, lanes: 4 });
const shape = { ...params, cores: 2, scratchWords: 200, traceDepth: 16 };
export const BYTES = 32768;
/** Where programs, data and results lie; a fault lies at the end. */
export const [PROGRAM, DATA, RESULT, FAULT] = [4096, 8192, 16384, 28672];

export const ld = (fields: Partial<Command> = {}): Command => ({
  op: ops.LD,
  dram: DATA / 64,
  count: 8,
  writes: 1 << 24,
  ...fields,
});
export const st = (fields: Partial<Command> = {}): Command => ({
  op: ops.ST,
  dram: RESULT / 64,
  count: 8,
  reads: 1 << 24,
  ...fields,
});
export const halt: Command = { op: ops.HALT };

/** A small design in which programs may go wrong, with a slow memory; shared by the tests of a file. */
export class Trial {
  readonly random = new Random(31);

  private constructor(readonly host: ExionHost) {}

  static async open(): Promise<Trial> {
    const bytes = new Uint8Array(BYTES);
    const faults = [{ from: FAULT, to: BYTES }];
    return new Trial(await openTop(shape, { bytes, latency: [1, 12], stall: 0.2, faults }));
  }

  /** Fills the memory at random, puts a program there and gives a copy. */
  prepare(commands: readonly Command[]): Uint8Array {
    const { bytes } = this.host.memory;
    for (let i = 0; i < BYTES; i++) bytes[i] = this.random.below(256);
    place(bytes, PROGRAM, commands);
    return Uint8Array.from(bytes);
  }

  /** A program that uses all that an error could have harmed: it must end well, with the right memory. */
  runWell(): void {
    const copy = { op: ops.SFU, kind: sfuKinds.COPY, flags: flags.FROM_GSC, n: 8 };
    const program: Command[] = [
      // All words that are stored, whatever was there.
      ld({ count: 104, writes: 0x3f000000 }),
      { op: ops.ITER, count: 3, n: 1 },
      ld({ dst: 32, dram: DATA / 64 + 16, stride: 4, writes: 1 << 25 }),
      { ...copy, srcA: 0, dst: 64, core: 0, reads: 1 << 24, writes: 1 << 26 },
      { ...copy, srcA: 32, dst: 80, core: 1, reads: 1 << 25, writes: 1 << 27 },
      { op: ops.MOVE, kind: moveKinds.X, n: 16, dst: 0, srcA: 0, all: 1, reads: 1 << 24, writes: 1 },
      { op: ops.MOVE, kind: moveKinds.W, count: 16, dst: 0, srcA: 0, all: 1, reads: 1 << 24, writes: 2 },
      { op: ops.GEMM, kind: gemmKinds.DENSE, n: 1, k: 4, all: 1, reads: 3, writes: 4, when: 1 },
      { op: ops.SFU, kind: sfuKinds.COPY, n: 4, srcA: 0, dst: 96, core: 1, reads: 4, writes: 1 << 28 },
      st({ srcA: 64, count: 40, stride: 16, reads: 0x3c000000 }),
      { op: ops.NEXT },
      halt,
    ];
    const before = this.prepare(program);
    const end = this.host.run(PROGRAM, 0, 20_000);
    expect(end).toMatchObject({ errors: [], failed: null });
    const machine = new GoldenMachine({ params, scratchWords: shape.scratchWords, cores: 2, dram: before });
    machine.run(PROGRAM);
    expect(Buffer.compare(this.host.memory.bytes, machine.dram)).toBe(0);
    expect(this.host.memory.pending).toBe(0);
  }
}
