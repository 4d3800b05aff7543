// SPDX-License-Identifier: Apache-2.0
import {
  ExionCoreParams,
  type ExionCoreParamsInput,
  exionCorePresets,
} from '../../../src/modules/exion/core.params.ts';
import { columnBits, type Mask } from '../../../src/modules/exion/golden/bitmask.ts';
import { type Chunk, packChunk } from '../../../src/modules/exion/golden/kmerge.ts';
import type { GemmCommand } from '../../../src/modules/exion/golden/sdue.ts';
import { ops } from '../../../src/modules/exion/isa.ts';
import { wordsOf } from '../port-set.ts';
import type { Engine } from '../../../src/sim/engine.ts';
import { ArrayBench } from './array-bench.ts';
import { CommandPort } from './command-port.ts';
import { corePair } from './designs/core-pair.ts';

/** Cycles from the transfer of a scratchpad request to its answer. */
export const scratchLatency = 2;

/** Compactor and array of a core with the mask memory, and a scratchpad of int8 columns for K-merge. */
export class CorePair extends ArrayBench {
  readonly cau: CommandPort;
  /** Column c is bytes c R .. c R + R - 1. */
  tensor = new Int8Array(0);
  readonly #answers: number[] = new Array<number>(scratchLatency).fill(-1);

  static async create(change: Partial<ExionCoreParamsInput> = {}): Promise<CorePair> {
    const p = ExionCoreParams.parse({ ...exionCorePresets.main, ...change });
    return new CorePair(await ArrayBench.open(corePair(p)), p);
  }

  private constructor(engine: Engine, p: ExionCoreParams) {
    super(engine, p);
    this.cau = new CommandPort('cau', this.ports);
  }

  protected override drive(): void {
    super.drive();
    const { ports, p } = this;
    this.cau.drive();
    ports.set('read_request_ready', 1);
    const address = this.#answers.shift()!;
    ports.set('read_answer_valid', Number(address >= 0));
    if (address >= 0)
      ports.setWords(
        'read_answer_data',
        wordsOf(this.tensor.subarray(address * 4 * p.size, (address + 1) * 4 * p.size)),
      );
  }

  protected override sample(): void {
    super.sample();
    this.cau.sample(this.now);
    this.#answers.push(this.ports.isHigh('read_request_valid') ? this.ports.get('read_request_payload') : -1);
  }

  /** Writes a mask into the mask memory from word `at` on. */
  placeMask(mask: Mask, at: number): void {
    const { ports } = this;
    ports.set('mask_write_valid', 1);
    for (let n = 0; n < mask.columns; n++) {
      const bits = columnBits(mask, n);
      ports.set('mask_write_payload_address', at + n);
      ports.setWords('mask_write_payload_data', [Number(bits & 0xffff_ffffn), Number(bits >> 32n)]);
      this.cycle();
    }
    ports.set('mask_write_valid', 0);
  }

  offerMap(columns: number, maskA: number, map: number): void {
    this.cau.give({ op: ops.CMBUILD, flags: 0, map, n: columns, dst: 0, srcA: 0, maskA });
  }

  /** CMBUILD; gives its cycles. */
  buildMap(columns: number, maskA: number, map = 0): number {
    this.offerMap(columns, maskA, map);
    this.until(() => this.cau.idle, 'CMBUILD');
    return this.cau.cycles;
  }

  /** KBUILD of `tensor`, chunks to IMEM from word `dst` on; gives its cycles. */
  buildChunks(columns: number, maskA: number, dst: number, map = 0): number {
    this.cau.give({ op: ops.KBUILD, flags: 0, map, n: columns, dst, srcA: 0, maskA });
    this.until(() => this.cau.idle, 'KBUILD');
    return this.cau.cycles;
  }

  /** K-merge as the golden model has it, with what its packer makes of `tensor`; gives the cycles of the GEMM. */
  expectChunks(command: GemmCommand, mask: Mask, chunks: readonly Chunk[]): number {
    const { size, lanes } = this.p;
    const column = (f: number): Int8Array => this.tensor.subarray(f * size, (f + 1) * size);
    chunks.forEach((chunk, c) => {
      packChunk(chunk, mask, column).forEach((bytes, i) =>
        this.memories.imem[i]!.set(bytes, (command.srcA + c) * lanes),
      );
    });
    const words = chunks.map(({ columns, ws }) => ({
      words: columns.map((of) => of.map((f) => (f === null ? 0 : Math.floor(f / lanes)))),
      ws,
    }));
    return this.expect(command, { words: null, chunks: words }).cycles;
  }
}
