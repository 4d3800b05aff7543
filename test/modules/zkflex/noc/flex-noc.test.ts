// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { flexNoc, nocLatency, nocModes } from '../../../../src/modules/zkflex/noc/flex-noc.ts';

type Payload = { readonly valid: number; readonly words: readonly number[] };

const stages = (nodes: number): number => Math.log2(nodes);

/** Where the word of node i goes by the law of each mode, stage by stage; null: it is not known. */
function route(sent: readonly (Payload | null)[], modes: readonly number[]): (Payload | null)[] {
  let now = [...sent];
  modes.forEach((mode, j) => {
    now = now.map((own, i) => {
      const partner = now[i ^ (1 << j)]!;
      if (mode === nocModes.SWAP) return partner;
      if (mode === nocModes.BCAST) return own ?? partner;
      if (mode === nocModes.CHAIN && i % (1 << j) === 0) return partner;
      return own;
    });
  });
  return now;
}

async function play(
  nodes: number,
  phases: { sent: (Payload | null)[]; modes: number[] }[],
  engine: 'embedded' | 'verilator',
) {
  await simulate(flexNoc({ nodes, width: 16 }), { engine }, async (dut) => {
    await dut.reset();
    const expected: (Payload | null)[][] = phases.map(({ sent, modes }) => route(sent, modes));
    for (let t = 0; t < phases.length + nocLatency({ nodes }); t++) {
      const phase = phases[t];
      for (let i = 0; i < nodes; i++) {
        const item = phase?.sent[i] ?? null;
        dut.input(`in_${i}_valid`).value = item === null ? 0 : 1;
        [0, 1].forEach((w) => (dut.input(`in_${i}_words_${w}`).value = item?.words[w] ?? dut.random.below(65_536)));
      }
      for (let j = 0; j < stages(nodes); j++) dut.input(`modes_${j}`).value = phase?.modes[j] ?? 0;
      const due = expected[t - nocLatency({ nodes })];
      for (let i = 0; due !== undefined && i < nodes; i++) {
        const item = due[i] ?? null;
        expect(dut.output(`out_${i}_valid`).value, `cycle ${t} node ${i}`).toBe(item === null ? 0 : 1);
        if (item !== null) [0, 1].forEach((w) => expect(dut.output(`out_${i}_words_${w}`).value).toBe(item.words[w]));
      }
      await dut.cycle();
    }
  });
}

const payload = (i: number, t: number): Payload => ({ valid: 1, words: [256 * i + t, 32_768 + 256 * i + t] });
const all = (nodes: number, t: number): Payload[] => Array.from({ length: nodes }, (_, i) => payload(i, t));

for (const engine of ['embedded', 'verilator'] as const) {
  test(`random modes, a new phase in every cycle, on ${engine}`, async () => {
    for (const nodes of [1, 2, 4, 8]) {
      const phases = Array.from({ length: 200 }, (_, t) => {
        const modes = Array.from({ length: stages(nodes) }, (_s, j) => (t * 7 + j * 5 + (t >> 3)) % 4);
        const spreads = modes.includes(nocModes.BCAST);
        // With a broadcast in any stage only one node sends.
        const sent = all(nodes, t).map((item, i) => ((spreads ? i === t % nodes : (t + i) % 3 > 0) ? item : null));
        return { sent, modes };
      });
      await play(nodes, phases, engine);
    }
  });
}

/** No stage that spreads words has one at both partners. */
function isLegal(sent: readonly (Payload | null)[], modes: readonly number[]): boolean {
  return modes.every((mode, j) => {
    const now = route(sent, modes.slice(0, j));
    return mode !== nocModes.BCAST || now.every((own, i) => own === null || now[i ^ (1 << j)] === null);
  });
}

test('every mode of every stage with every set of senders, four nodes', async () => {
  const cases = Array.from({ length: 256 }, (_, code) => ({
    modes: [code & 3, (code >> 2) & 3],
    sent: all(4, code % 16).map((item, i) => ((code >> (4 + i)) & 1 ? item : null)),
  }));
  const legal = cases.filter(({ sent, modes }) => isLegal(sent, modes));
  expect(legal.length).toBeGreaterThan(150);
  await play(4, legal, 'embedded');
});

test('whole patterns: all swaps mirror, a chain rotates, a broadcast reaches everybody, without nodes to pass it is a register', () => {
  for (const nodes of [1, 2, 4, 8, 16]) {
    const sent = all(nodes, 0);
    const every = (mode: number): (Payload | null)[] => route(sent, new Array<number>(stages(nodes)).fill(mode));
    expect(every(nocModes.PASS)).toEqual(sent);
    expect(every(nocModes.SWAP)).toEqual([...sent].reverse());
    expect(every(nocModes.CHAIN)).toEqual(sent.map((_, i) => sent[(i + nodes - 1) % nodes]));
    for (let root = 0; root < nodes; root++) {
      const one = sent.map((item, i) => (i === root ? item : null));
      expect(route(one, new Array<number>(stages(nodes)).fill(nocModes.BCAST))).toEqual(sent.map(() => sent[root]));
    }
  }
});

test('a broadcast of both partners loses a word: an assertion says so', async () => {
  await expect(play(2, [{ sent: all(2, 0), modes: [nocModes.BCAST] }], 'embedded')).rejects.toThrow('one_word');
});
