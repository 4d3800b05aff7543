// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../../sim/open.ts';
import { popcount } from '../../../src/modules/exion/golden/bits.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { pendingList } from '../../../src/modules/exion/pending-list.ts';
import { relocation } from '../../../src/modules/exion/relocation.ts';
import type { BlockCall } from '../../../src/dsl/index.ts';
import type { Engine } from '../../../src/sim/engine.ts';

/** Ports of up to 32 bits by name. */
class Bench {
  readonly #offsets: ReadonlyMap<string, number>;
  private constructor(readonly engine: Engine) {
    this.#offsets = new Map(engine.ports.map((port) => [port.name, port.offset]));
  }
  static async of(call: BlockCall): Promise<Bench> {
    return new Bench(await openEngine(call));
  }
  set(port: string, value: number): void {
    const offset = this.#offsets.get(port);
    if (offset !== undefined) this.engine.io[offset] = value; // a port of 0 bits has no place
  }
  get(port: string): number {
    return this.engine.io[this.#offsets.get(port)!]!;
  }
}

describe('pending list', () => {
  it.each([
    { blocks: 8, tries: 1 },
    { blocks: 8, tries: 2 },
    { blocks: 11, tries: 3 },
    { blocks: 5, tries: 5 },
    { blocks: 2, tries: 1 },
  ])('equals a plain list: $blocks blocks, $tries tries', async (p) => {
    const bench = await Bench.of(pendingList(p));
    const rand = random(p.blocks * 10 + p.tries);
    const below = (n: number): number => Math.floor(rand() * n);
    bench.set('rst', 1);
    bench.engine.step();
    bench.set('rst', 0);

    const clock = (operation: 'push' | 'pop' | 'remove'): void => {
      bench.set(operation, 1);
      bench.engine.step();
      bench.set(operation, 0);
    };
    for (let round = 0; round < 60; round++) {
      const list = Array.from({ length: 1 + below(p.blocks) }, (_, i) => i);
      list.forEach(() => clock('push'));
      while (list.length > 0) {
        const turn = below(Math.min(p.tries, list.length));
        bench.set('turn', turn);
        bench.engine.settle();
        const removed = list.filter((_, i) => i !== list.length - 1 - turn);
        expect(bench.get('size')).toBe(list.length);
        expect(bench.get('front')).toBe(list[0]);
        expect(bench.get('last')).toBe(list.at(-1));
        if (list.length > 1) {
          expect(bench.get('front_after_pop')).toBe(list[1]);
          expect(bench.get('front_after_remove')).toBe(removed[0]);
          expect(bench.get('last_after_remove')).toBe(removed.at(-1));
        }
        if (turn + 1 < Math.min(p.tries, list.length)) expect(bench.get('next_try')).toBe(list.at(-2 - turn));
        const pops = rand() < 0.3;
        clock(pops ? 'pop' : 'remove');
        list.splice(pops ? 0 : list.length - 1 - turn, 1);
      }
    }
    expect(bench.engine.takeEvents()).toEqual([]);
    bench.engine.close();
  });
});

describe('relocation step', () => {
  it.each([
    { rows: 2, cols: 1 },
    { rows: 3, cols: 5 },
    { rows: 16, cols: 16 },
    { rows: 21, cols: 4 },
  ])('equals the rule of paper 3.3, $rows x $cols', async (p) => {
    const bench = await Bench.of(relocation(p));
    const rand = random(p.rows);
    const bits = (density: number): number =>
      Array.from({ length: p.cols }, (_, j) => (rand() < density ? 2 ** j : 0)).reduce((sum, bit) => sum + bit, 0);
    const seen = { none: 0, whole: 0, tied: 0, part: 0 };

    for (let round = 0; round < 2000; round++) {
      const density = 0.2 + 0.8 * rand();
      const source = Math.floor(rand() * p.rows);
      const lanes = bits(0.3) || 1;
      const occ = Array.from({ length: p.rows }, () => bits(density));
      const cv = occ.map(() => (rand() < 0.5 ? null : rand() < 0.5 ? source : Math.floor(rand() * p.rows)));
      const gains = occ.map((busy, t) => {
        const allowed = t !== source && (cv[t] === null || cv[t] === source);
        return allowed ? popcount(BigInt(lanes & ~busy)) : 0;
      });
      const best = Math.max(...gains);
      const tied = gains.flatMap((gain, t) => (gain === best ? [t] : []));
      const target = tied.find((t) => cv[t] === source) ?? tied[0]!;

      bench.set('source', source);
      bench.set('lanes', lanes);
      bench.set(
        'cv_valid',
        cv.reduce((sum: number, row, t) => sum + (row === null ? 0 : 2 ** t), 0),
      );
      occ.forEach((busy, t) => {
        bench.set(`occ_${t}`, busy);
        bench.set(`cv_idx_${t}`, cv[t] ?? 0);
      });
      bench.engine.settle();
      expect(bench.get('none')).toBe(Number(best === 0));
      if (best === 0) {
        seen.none++;
        expect(bench.get('whole')).toBe(0);
        continue;
      }
      const left = lanes & occ[target]!;
      expect(bench.get('target')).toBe(2 ** target);
      expect(bench.get('left')).toBe(left);
      expect(bench.get('whole')).toBe(Number(left === 0));
      if (tied.length > 1) seen.tied++;
      if (left === 0) seen.whole++;
      else seen.part++;
    }
    for (const [name, count] of Object.entries(seen)) {
      // One lane is moved whole or not at all, and two rows leave no choice.
      if (p.rows > 2) expect(count, name).toBeGreaterThan(10);
    }
    bench.engine.close();
  });
});
