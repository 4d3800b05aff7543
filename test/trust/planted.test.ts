// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { circuitOf, cyclesOf, type Failure, reproducer, runBatch, verilogWay, type Way } from './random-run.ts';

/** Verilog with one operator broken everywhere, in a copy of the emitted text. */
function broken(name: string, from: RegExp, to: string): Way {
  return verilogWay(name, (files) => files.map((file) => ({ ...file, text: file.text.replace(from, to) })));
}

/** Bugs that an emitter could really have. */
const bugs: readonly Way[] = [
  broken('difference printed as sum', /(\w) - (\w)/g, '$1 + $2'),
  broken('arithmetic shift printed as logical', />>>/g, '>>'),
  broken('signed less-than without $signed', /\$signed\((\w+)\) < \$signed\((\w+)\)/g, '$1 < $2'),
  broken('write enable ignored', /mem\[(\w+)\] <= /g, "mem[$1 ^ 1'b1] <= "),
  broken('last case lost', /^ *default: .*;$/m, 'default: ;'),
];

describe('the random tester finds planted bugs', () => {
  test.each(bugs)('$name', async (way) => {
    let found: Failure | undefined;
    let first = 0;
    for (; found === undefined && first < 200; first += 25) {
      const circuits = Array.from({ length: 25 }, (_, i) => circuitOf(first + i));
      [found] = await runBatch(circuits, cyclesOf(first), [way]);
    }
    expect(found, 'not found in 200 circuits').toBeDefined();
    const text = await reproducer(found!, cyclesOf(first - 25), 150);
    // A reader must see the bug at once.
    expect(text.split('\n').length).toBeLessThan(120);
  });
});
