// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { circuitOf, cutDown, cyclesOf, type Failure, runBatch, verilogWay, type Way } from './random-run.ts';
import { sizeOf } from './shrink.ts';

/** Verilog with one operator broken everywhere, in a copy of the emitted text. */
function broken(name: string, from: RegExp, to: string): Way {
  return verilogWay(name, (files) => files.map((file) => ({ ...file, text: file.text.replace(from, to) })));
}

/** Bugs that an emitter could really have. */
const bugs: readonly Way[] = [
  broken('arithmetic shift printed as logical', />>>/g, '>>'),
  broken('write to the word beside', /mem\[(\w+)\] <= /g, "mem[$1 ^ 1'b1] <= "),
];
const more: readonly Way[] = [
  broken('difference printed as sum', /(\w) - (\w)/g, '$1 + $2'),
  broken('signed comparison without $signed', /\$signed\(([^()]*)\) (<=?) \$signed\(([^()]*)\)/g, '$1 $2 $3'),
  broken('default lost', /^ *default: .*;$/m, 'default: ;'),
];

/** The first failure among the first 200 circuits. */
async function search(way: Way): Promise<{ readonly failure: Failure; readonly first: number } | null> {
  for (let first = 0; first < 200; first += 25) {
    const circuits = Array.from({ length: 25 }, (_, i) => circuitOf(first + i));
    const [failure] = await runBatch(circuits, cyclesOf(first), [way]);
    if (failure) return { failure, first };
  }
  return null;
}

describe('the random tester', () => {
  test.each(bugs)('finds and cuts down: $name', async (way) => {
    const found = await search(way);
    expect(found, 'not found in 200 circuits').not.toBeNull();
    const { failure, first } = found!;
    const tries = 150;
    const { circuit } = await cutDown(failure, cyclesOf(first), tries);
    expect(sizeOf(circuit)).toBeLessThan(sizeOf(failure.circuit) / 3);
  });

  test.each(more)('finds: $name', async (way) => {
    expect(await search(way), 'not found in 200 circuits').not.toBeNull();
  });
});
