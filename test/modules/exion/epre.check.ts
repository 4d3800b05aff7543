// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import type { ExionCoreParams } from '../../../src/modules/exion/core.params.ts';
import { epreCycles, refusalCycles } from '../../../src/modules/exion/epre/cycles.ts';
import {
  keptTile,
  keyMaskWords,
  type OperandMemories,
  predictedColumns,
  refusesPrediction,
} from '../../../src/modules/exion/golden/epre.ts';
import { type Command, flags, ops } from '../../../src/modules/exion/isa.ts';
import type { EpreBench, Ran, ScratchWrite } from './epre.bench.ts';

/** Runs commands on the unit and on the golden model, which keeps the mask of the keys between them. */
export class EpreChecker {
  #keys: Uint8Array;

  constructor(
    readonly bench: EpreBench,
    readonly p: ExionCoreParams,
    readonly memories: OperandMemories,
  ) {
    this.#keys = new Uint8Array(p.tokens);
  }

  /** After a reset nothing is known of earlier tiles. */
  reset(): void {
    this.#keys = new Uint8Array(this.p.tokens);
  }

  /** Compares all that a command writes; `exact` also its cycles, for a run without stalls. */
  async check(command: Command, exact: boolean): Promise<Ran> {
    const ran = await this.bench.run(command);
    const { p, memories } = this;
    const what = JSON.stringify(command);
    expect(ran.refused, what).toBe(refusesPrediction(command, p));
    if (ran.refused) {
      expect([ran.writes, ran.masks, ran.cycles], what).toEqual([[], [], refusalCycles]);
      return ran;
    }
    let selects = false;
    if (command.op === ops.EPRED) {
      expect(ran.masks, what).toEqual([]);
      expect(bytesOf(ran.writes, p), what).toEqual(tensorBytes(command, p, predictedColumns(command, p, memories)));
    } else {
      const tile = keptTile(command, p, memories, this.#keys);
      this.#keys = tile.keys;
      expect(ran.writes, what).toEqual([]);
      const { maskA = 0, maskB = 0, maskC = 0, n = 0, best = 0 } = command;
      const closing = ((command.flags ?? 0) & flags.LAST) !== 0 ? keyMaskWords(command, p, tile.keys) : [];
      expect(ran.masks, what).toEqual([
        ...tile.scores.map((column, key) => ({ address: maskA + key, data: word(column) })),
        { address: maskB, data: word(tile.queries) },
        ...closing.map((keys, t) => ({ address: maskC + t, data: word(keys) })),
      ]);
      selects = best < n && tile.queries.some((query) => query === 1);
    }
    if (exact) {
      expect(ran.cycles, what).toBe(epreCycles(command, p, selects));
      expect(ran.stalled, what).toBe(0);
    }
    return ran;
  }
}

const word = (bits: Uint8Array): bigint => bits.reduceRight((value, bit) => (value << 1n) | BigInt(bit), 0n);

/** Bytes by their place in the scratchpad; a byte that is written twice, or has no mask bit but is not 0, is an error. */
function bytesOf(writes: readonly ScratchWrite[], p: ExionCoreParams): Map<number, number> {
  const bytes = new Map<number, number>();
  const width = 4 * p.size;
  for (const { address, data, mask } of writes) {
    for (let b = 0; b < width; b++) {
      const byte = Number((data >> BigInt(8 * b)) & 255n);
      const at = address * width + b;
      if (((mask >> BigInt(b)) & 1n) === 0n) expect(byte).toBe(0);
      else {
        expect(bytes.has(at)).toBe(false);
        bytes.set(at, byte);
      }
    }
  }
  return bytes;
}

/** The layout of an int8 tensor: column after column, R bytes each. */
function tensorBytes({ dst = 0 }: Command, p: ExionCoreParams, columns: readonly Int8Array[]): Map<number, number> {
  const start = dst * 4 * p.size;
  const entries = columns.flatMap((column, c) =>
    Array.from(column, (value, i) => [start + c * p.size + i, value & 255] as const),
  );
  return new Map(entries);
}
