// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, type ModuleBuilder, output, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { numbered } from '../../lib/stream-lists.ts';

type Bit = Signal<typeof Bool>;

export const FlexNocParams = z.strictObject({
  nodes: z
    .int()
    .min(1)
    .max(64)
    .refine((n) => Number.isInteger(Math.log2(n)), 'must be a power of two')
    .describe('NT: nodes'),
  width: z.int().min(1).max(4096).describe('Bits of a word'),
  words: z.int().min(1).max(8).default(2).describe('Words that go together'),
});

export type FlexNocParams = z.output<typeof FlexNocParams>;

/** What a stage does, by number. Stage j connects the nodes whose numbers differ in bit j. */
export const nocModes = {
  /** Words stay. */
  PASS: 0,
  /** Partners exchange. */
  SWAP: 1,
  /** Both partners get the word of the one that has one; the other must not. */
  BCAST: 2,
  /** Partners exchange if bits 0 .. j-1 of their numbers are 0: in all stages, words go from node i to node i + 1 mod NT. */
  CHAIN: 3,
} as const;

export const nocLatency = ({ nodes }: Pick<FlexNocParams, 'nodes'>): number => Math.log2(nodes) + 1;

/** What goes from node to node. */
export const nocPayload = (p: FlexNocParams) => Bundle({ valid: Bool, words: Vec(p.words, UInt(p.width)) });

/**
 * FlexNoC (paper 4.4): k stages of registered exchange between NT = 2^k nodes and one register at the end. A payload for each node in every cycle, latency
 * k + 1, nothing is held back. `modes` belongs to the words that enter in the same cycle and goes with them, so phases may follow each other
 * without a gap. All SWAP patterns send i to i xor a constant; all BCAST send the word of any one node to all; one node is a register.
 *
 * Longest path: a register, a multiplexer of two, a register.
 */
export const flexNoc = block(
  'flex_noc',
  FlexNocParams,
  (m, p) => {
    const k = Math.log2(p.nodes);
    const payload = nocPayload(p);
    const io = m.ports({
      modes: input(Vec(k, UInt(2)), 'of the words that enter: 0 pass, 1 swap, 2 broadcast, 3 chain'),
      in: numbered(p.nodes, () => input(payload)),
      out: numbered(p.nodes, () => output(payload, 'k + 1 cycles later')),
    });
    const numbers = Array.from({ length: p.nodes }, (_, i) => i);
    let now: Word[] = numbers.map((i) => {
      const { valid, words } = io.in[String(i)]!;
      return { valid, words: [...words] };
    });
    let modes: readonly Signal[] = [...io.modes];
    for (let j = 0; j < k; j++) {
      const next = numbers.map((i) => exchange(m, j, i, modes[j]!, now));
      now = numbers.map((i) => register(m, p, `stage_${j}_node_${i}`, next[i]!));
      modes = modes.map((mode, later) => {
        if (later <= j) return mode;
        const name = `stage_${j}_mode_${later}`;
        const { [name]: reg } = m.regs({ [name]: UInt(2).init(0) });
        reg!.next(mode);
        return reg!;
      });
    }
    for (const i of numbers) m.drive(io.out[String(i)]!, register(m, p, `last_node_${i}`, now[i]!));
    return io;
  },
  { doc: 'Exchange network between the nodes.' },
);

interface Word {
  readonly valid: Bit;
  readonly words: readonly Signal[];
}

function register(m: ModuleBuilder, p: FlexNocParams, name: string, value: Word): Word {
  const { [name]: reg } = m.regs({ [name]: Bundle({ words: nocPayload(p).fields.words }) });
  const { [`${name}_valid`]: valid } = m.regs({ [`${name}_valid`]: Bool.init(0) });
  valid!.next(value.valid);
  reg!.words.next([...value.words]);
  return { valid: valid!, words: [...reg!.words] };
}

function exchange(m: ModuleBuilder, stage: number, node: number, mode: Signal, now: readonly Word[]): Word {
  const [own, partner] = [now[node]!, now[node ^ (2 ** stage)]!];
  const isChained = node % 2 ** stage === 0;
  const swaps = mode.eq(nocModes.SWAP).or(isChained ? mode.eq(nocModes.CHAIN) : 0);
  const spreads = mode.eq(nocModes.BCAST);
  if ((node & (2 ** stage)) === 0) {
    m.assert(
      `stage_${stage}_node_${node}_one_word`,
      spreads.and(own.valid).and(partner.valid).not(),
      'both partners of a broadcast have a word: one is lost',
    );
  }
  const { [`stage_${stage}_takes_${node}`]: takes } = m.nets({
    [`stage_${stage}_takes_${node}`]: swaps.or(spreads.and(own.valid.not())),
  });
  return {
    valid: takes!.mux(partner.valid, own.valid),
    words: own.words.map((word, i) => takes!.mux(partner.words[i]!, word)),
  };
}
