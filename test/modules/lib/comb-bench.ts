// SPDX-License-Identifier: Apache-2.0
import { openEngine } from '../../../sim/index.ts';
import { type BlockCall, elaborate } from '../../../src/dsl/index.ts';
import { createEmbedded } from '../../../src/sim/embedded.ts';
import type { Engine, EngineKind, PortSlot } from '../../../src/sim/engine.ts';

/** Values by port name; signed ports take and give negative numbers. */
export type Row = Readonly<Record<string, bigint>>;

/** Outputs of a block in each cycle, for the inputs of that cycle, after a reset if it has one. Inputs left out are 0. */
export async function evaluate(call: BlockCall, rows: readonly Row[], kind: EngineKind = 'embedded'): Promise<Row[]> {
  const design = elaborate(call);
  const engine: Engine = kind === 'embedded' ? createEmbedded(design) : await openEngine(design, { engine: kind });
  try {
    const inputs = engine.ports.filter((port) => port.direction === 'input');
    const outputs = engine.ports.filter((port) => port.direction === 'output');
    const reset = engine.domains[0]?.reset ?? null;
    const lead: Row[] = reset === null ? [] : [{ [reset]: 1n }, { [reset]: 1n }];
    const all = [...lead, ...rows];
    const words = all.flatMap((row) => inputs.flatMap((port) => toWords(port, row[port.name] ?? 0n)));
    const result = engine.runBlock(Uint32Array.from(words), all.length);
    const failed = engine.takeEvents().filter((event) => event.kind !== 'message');
    if (failed.length > 0) throw new Error(`properties failed: ${failed.map((event) => event.name).join(', ')}`);
    let at = 0;
    const read = (port: PortSlot): [string, bigint] => {
      const value = fromWords(port, result.subarray(at, at + port.words));
      at += port.words;
      return [port.name, value];
    };
    return all.map((): Row => Object.fromEntries(outputs.map(read))).slice(lead.length);
  } finally {
    engine.close();
  }
}

function toWords(port: PortSlot, value: bigint): number[] {
  const pattern = BigInt.asUintN(port.width, value);
  return Array.from({ length: port.words }, (_, i) => Number((pattern >> BigInt(32 * i)) & 0xffff_ffffn));
}

function fromWords(port: PortSlot, words: Uint32Array): bigint {
  const pattern = words.reduceRight((value, word) => (value << 32n) | BigInt(word), 0n);
  return port.format.kind === 'signed' ? BigInt.asIntN(port.width, pattern) : pattern;
}

/** All patterns of up to 10 bits; else the corners and `count` random ones, sparse and dense patterns among them. */
export function patterns(width: number, random: { bits(width: number): bigint }, count = 300): bigint[] {
  if (width <= 10) return Array.from({ length: 2 ** width }, (_, i) => BigInt(i));
  const ones = (1n << BigInt(width)) - 1n;
  const single = Array.from({ length: width }, (_, i) => 1n << BigInt(i));
  const drawn = Array.from({ length: count }, (_, i) => {
    const [a, b, c] = [random.bits(width), random.bits(width), random.bits(width)];
    return [a, a & b & c, a | b | c, a >> BigInt(Number(b % BigInt(width)))][i % 4]!;
  });
  return [0n, ones, ...single, ...single.map((bit) => ones ^ bit), ...drawn];
}
