// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { z } from 'zod';
import { block, Bool, input, memory, output, UInt } from '../../src/dsl/index.ts';
import { openEngine } from '../../sim/index.ts';

const DEPTH = 5;
const init = [11, 22, 33, 44, 55];
const reads = ['old_q', 'new_q', 'async_q', 'keep_q', 'first_q', 'through_q'] as const;

/** Every kind of read of memories with three addresses beyond the last word. */
const bounds = block('bounds', z.strictObject({}), (m) => {
  const byte = UInt(8);
  const io = m.ports({
    we: input(Bool),
    wa: input(UInt(3)),
    ra: input(UInt(3)),
    d: input(byte),
    old_q: output(byte),
    new_q: output(byte),
    async_q: output(byte),
    keep_q: output(byte),
    first_q: output(byte),
    through_q: output(byte),
    started: output(Bool),
  });
  // Unknown outputs are told after a reset only.
  const { begun } = m.regs({ begun: Bool.init(0) });
  begun.next(1);
  io.started.assign(begun);
  const { simple, looked } = m.mems({ simple: memory(byte, DEPTH, { init }), looked: memory(byte, DEPTH, { init }) });
  simple.write(io.wa, io.d, { enable: io.we });
  io.old_q.assign(simple.read('o', io.ra, { collision: 'old' }));
  io.new_q.assign(simple.read('n', io.ra, { collision: 'new' }));
  looked.write(io.wa, io.d, { enable: io.we });
  io.async_q.assign(looked.readAsync('a', io.ra));
  const ported = { keep: memory(byte, DEPTH, { init }), first: memory(byte, DEPTH, { init }) };
  const { keep, first, through } = m.mems({ ...ported, through: memory(byte, DEPTH, { init }) });
  const access = { address: io.wa, write: io.we, data: io.d };
  io.keep_q.assign(keep.port('p', { ...access, mode: 'no-change' }));
  io.first_q.assign(first.port('p', { ...access, mode: 'read-first' }));
  io.through_q.assign(through.port('p', { ...access, mode: 'write-first' }));
  return io;
});

/** Every pair of addresses, with and without a write. */
const rows = Array.from({ length: 256 }, (_, i) => ({
  we: (i >> 3) & 1,
  wa: (i * 5 + (i >> 4)) & 7,
  ra: i & 7,
  d: 100 + (i & 63),
}));

/** What the reads give after each row, by the rule alone: zero beyond the last word, and nothing written there. */
function expected(): Record<(typeof reads)[number], number>[] {
  const words = [...init];
  const at = (address: number): number => words[address] ?? 0;
  let kept = 0;
  return rows.map(({ we, wa, ra, d }, i) => {
    const before = { old: at(ra), port: at(wa) };
    const isWritten = we === 1 && wa < DEPTH;
    if (isWritten) words[wa] = d;
    if (we === 0) kept = before.port;
    const next = rows[i + 1]?.ra ?? ra;
    return {
      old_q: before.old,
      new_q: at(ra),
      async_q: at(next),
      keep_q: kept,
      first_q: before.port,
      through_q: at(wa),
    };
  });
}

test.each(['embedded', 'verilator', 'icarus'] as const)('%s reads zero beyond a memory, and no X', async (kind) => {
  const engine = await openEngine(bounds({}), { engine: kind });
  const port = (name: string) => engine.ports.find((each) => each.name === name)!.offset;
  const drive = ({ we, wa, ra, d }: (typeof rows)[number]): void => {
    for (const [name, value] of Object.entries({ we, wa, ra, d })) engine.io[port(name)] = value;
  };
  engine.io[port('rst')] = 1;
  engine.step();
  engine.io[port('rst')] = 0;
  const wanted = expected();
  const seen = rows.map((row, i) => {
    drive(row);
    engine.step();
    drive(rows[i + 1] ?? row);
    engine.settle();
    return Object.fromEntries(reads.map((name) => [name, engine.io[port(name)]]));
  });
  expect(seen).toEqual(wanted);
  const unknown = engine.takeEvents().filter((event) => event.name === 'unknown_output');
  expect(unknown).toEqual([]);
  engine.close();
});
