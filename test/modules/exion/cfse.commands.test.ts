// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { flags, sfuKinds } from '../../../src/modules/exion/isa.ts';
import type { SfuCommand } from './cfse.bench.ts';
import { copyOf, filledMemories, places } from './cfse.cases.ts';
import { directedUnit, p } from './cfse.directed.ts';

const { RQ, AXPY, LN, SOFTMAX, COPY, PSUB } = sfuKinds;
const { a: srcA, b: srcB, p: srcP, dst } = places;
const run = directedUnit();

describe('a command that cannot be carried out is refused after 2 cycles and changes nothing', () => {
  const good = { kind: RQ, n: 8, dst, shift: 8 };
  const cases: [string, SfuCommand][] = [
    ['an unknown kind', { ...good, kind: 6 }],
    ['the last kind number', { ...good, kind: 15 }],
    ['no column', { ...good, n: 0 }],
    ['RQ without a shift', { ...good, shift: 0 }],
    ['AXPY without a shift', { ...good, kind: AXPY, shift: 0 }],
    ['both masks', { ...good, flags: flags.MASK_IN | flags.MASK_OUT, live: 4 }],
    ['mask out of no row', { ...good, flags: flags.MASK_OUT, live: 0 }],
    ['mask out of more rows than there are', { ...good, flags: flags.MASK_OUT, live: 5 }],
    ['a flag of other units', { ...good, flags: flags.ROW_MASK }],
    ['GELU of AXPY', { ...good, kind: AXPY, flags: flags.GELU }],
    ['ADD of COPY', { ...good, kind: COPY, flags: flags.ADD }],
    ['MASK_IN of PSUB', { ...good, kind: PSUB, flags: flags.MASK_IN }],
    ['SOFTMAX from the scratchpad', { ...good, kind: SOFTMAX, flags: flags.FROM_GSC }],
    ['columns beyond OMEM', { ...good, srcA: 121 }],
    ['an OMEM column of many bits', { ...good, srcA: 2 ** 26 - 1 }],
    ['parameters beyond the end', { ...good, param: 57 }],
    ['mask words beyond the end', { ...good, flags: flags.MASK_IN, maskA: 57 }],
    ['LN of more than 4096 columns', { kind: LN, n: 4097, shift: 1, srcA, dst }],
  ];
  test.each(cases)('%s', (_what, command) => {
    const memories = filledMemories(p, random(2));
    const before = copyOf(memories);
    const ran = run(memories, command);
    expect(ran).toMatchObject({ refused: true, cycles: 2, requests: 0, writes: 0 });
    expect(memories).toEqual(before);
  });

  test('the same at the very end is carried out', () => {
    const memories = filledMemories(p, random(2));
    const command = { ...good, flags: flags.MASK_IN, srcA: 120, param: 56, maskA: 56 };
    expect(run(memories, command).refused).toBe(false);
  });
});

describe('traffic', () => {
  test.each([
    ['RQ', { kind: RQ }, 0, 10],
    ['RQ from an int16 tensor', { kind: RQ, flags: flags.FROM_GSC }, 20, 10],
    ['RQ of 41 columns', { kind: RQ, n: 41 }, 0, 11],
    ['AXPY', { kind: AXPY }, 20, 20],
    ['AXPY with part P', { kind: AXPY, flags: flags.ADD }, 60, 20],
    ['LN', { kind: LN }, 40, 10],
    ['PSUB', { kind: PSUB }, 40, 40],
  ])('%s: every word is read once a pass and written once', (_what, more, requests, writes) => {
    const memories = filledMemories(p, random(6));
    const ran = run(memories, { n: 40, srcA: 0, srcB, srcP, dst, shift: 9, ...more });
    expect(ran).toMatchObject({ requests, writes });
  });

  test('stalled is up while nothing moves', () => {
    const memories = filledMemories(p, random(6));
    const command = { kind: COPY, n: 60, dst };
    expect(run(memories, command).stalledCycles).toBe(0);
    const slow = run(memories, command, { writeStall: 0.97 });
    // A write takes 33 cycles on average, a column 9 through the unit; the queue does not help 60 columns.
    expect(slow.stalledCycles).toBeGreaterThan(slow.cycles / 2);
    expect(slow.stalledCycles).toBeLessThan(slow.cycles - 60);
  });
});
