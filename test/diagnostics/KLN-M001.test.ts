// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import {
  Bool,
  clockDomain,
  elaborate,
  input,
  memory,
  type MemoryOptions,
  type ModuleBuilder,
  output,
  UInt,
} from '../../src/dsl/index.ts';
import { checkMemories } from '../../src/ir/checks/memories.ts';
import { blockOf, reportOf } from './support.ts';

const other = clockDomain('other');

type Table = ReturnType<typeof tableOf>;

function tableOf(m: ModuleBuilder, options: MemoryOptions) {
  const io = m.ports({ at: input(UInt(4)), data: input(UInt(8)), write: input(Bool), y: output(UInt(8)) });
  return { io, table: m.mems({ table: memory(UInt(8), 16, options) }).table };
}

/** The message about a memory with these ports. */
function message(options: MemoryOptions, connect: (m: ModuleBuilder, table: Table) => void): string {
  const text = reportOf((m) => {
    const made = tableOf(m, options);
    connect(m, made);
    made.io.y.assign(made.io.at.resize(8).xor(made.io.data).xor(made.io.write.resize(8)));
  });
  return text.split('\n').find((line) => line.startsWith('error KLN-M001')) ?? text;
}

test('two write ports', () => {
  const text = reportOf((m) => {
    const { io, table } = tableOf(m, {});
    table.write(io.at, io.data, { name: 'even', enable: io.write });
    table.write(io.at, io.data.not(), { name: 'odd', enable: io.write.not() });
    io.y.assign(table.read('read', io.at));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-M001: No memory block has the ports of table: 1 read port and 2 write ports.
      at test/diagnostics/KLN-M001.test.ts:23:25  table, 16 words of 8 bits
      at test/diagnostics/KLN-M001.test.ts:41:23  read port read
      in module top
      why:  Memory blocks have one write port and read ports, or one or two read-write ports.
      cure: Share ports with multiplexers, split the memory into banks, or use style: 'registers' for a small one."
  `);
});

describe('ports that no memory block has', () => {
  test('a read-write port beside a read port', () => {
    const text = message({}, (_m, { io, table }) => {
      table.port('access', { address: io.at, write: io.write, data: io.data });
      table.read('read', io.at);
    });
    expect(text).toMatchInlineSnapshot(
      `"error KLN-M001: No memory block has the ports of table: 1 read port and 1 read-write port."`,
    );
  });

  test('a true dual port memory with another mode', () => {
    const text = message({}, (_m, { io, table }) => {
      table.port('a', { address: io.at, write: io.write, data: io.data });
      table.port('b', { address: io.at, write: io.write, data: io.data, mode: 'write-first' });
    });
    expect(text).toMatchInlineSnapshot(
      `"error KLN-M001: Port b of the true dual port memory table has the mode write-first."`,
    );
  });

  test('a combinational read of a block', () => {
    const text = message({ style: 'block' }, (_m, { io, table }) => table.readAsync('look', io.at));
    expect(text).toMatchInlineSnapshot(
      `"error KLN-M001: The memory table of style block has the combinational read port look."`,
    );
  });

  test('the new word of another clock', () => {
    const text = message({ collision: 'new' }, (m, { io, table }) => {
      table.write(io.at, io.data);
      m.in(other, () => table.read('read', m.regs({ from: UInt(4) }).from));
    });
    expect(text).toMatchInlineSnapshot(
      `"error KLN-M001: Read port read of the memory table is in domain other and asks for the new word beside a write in domain sys."`,
    );
  });

  test('registers of two clocks', () => {
    const text = message({ style: 'registers' }, (m, { io, table }) => {
      table.write(io.at, io.data, { name: 'a' });
      m.in(other, () => table.write(io.at, io.data, { name: 'b' }));
    });
    expect(text).toMatchInlineSnapshot(
      `"error KLN-M001: The memory table of style registers is written in domains sys and other."`,
    );
  });
});

describe('sizes', () => {
  test('no words', () => {
    const text = reportOf((m) => m.mems({ table: memory(UInt(8), 0) }));
    expect(text).toMatchInlineSnapshot(`
      "error KLN-M001: The memory table cannot have 0 words.
        at test/diagnostics/KLN-M001.test.ts:104:36
        in module top
        cure: Give a depth of at least 1."
    `);
  });

  test('lanes that do not divide a word', () => {
    expect(message({ granule: 3 }, (_m, { io, table }) => table.write(io.at, io.data))).toMatchInlineSnapshot(
      `"error KLN-M001: The memory table has words of 8 bits, which are not a whole number of 3-bit lanes."`,
    );
  });

  test('a mask of the wrong width', () => {
    const text = message({ granule: 4 }, (_m, { io, table }) => table.write(io.at, io.data, { mask: io.at }));
    expect(text).toMatchInlineSnapshot(
      `"error KLN-M001: The mask of write port write of the memory table has 4 bits, but needs 2."`,
    );
  });

  // The language refuses an address of another width by itself (KLN-W001) and fills contents up.
  test('an address or contents of the wrong size', () => {
    const { top } = elaborate(
      blockOf('top', (m) => {
        const { io, table } = tableOf(m, { init: [1] });
        table.write(io.at, io.data, { enable: io.write });
        io.y.assign(table.read('read', io.at));
      }),
    );
    const [table] = top.memories;
    const found = checkMemories({ ...top, memories: [{ ...table!, depth: 300 }] });
    expect(found.map((each) => `${each.message} ${each.cause ?? ''}`)).toMatchInlineSnapshot(`
      [
        "The memory table has 300 words, but its initial contents are 16 words. ",
        "The address of write port write of the memory table has 4 bits, but needs 9. 300 words take 9 address bits.",
        "The address of read port read of the memory table has 4 bits, but needs 9. 300 words take 9 address bits.",
      ]
    `);
  });
});

test('what can be built is fine', () => {
  const sets: [MemoryOptions, (table: Table) => void][] = [
    [
      {},
      ({ io, table }) => {
        table.write(io.at, io.data);
        table.read('a', io.at);
        table.read('b', io.at, { collision: 'new' });
      },
    ],
    [{}, ({ io, table }) => table.port('a', { address: io.at, write: io.write, data: io.data, mode: 'read-first' })],
    [
      {},
      ({ io, table }) => {
        table.port('a', { address: io.at, write: io.write, data: io.data });
        table.port('b', { address: io.at.not(), write: io.write, data: io.data });
      },
    ],
    [
      { style: 'registers' },
      ({ io, table }) => {
        table.write(io.at, io.data, { name: 'low' });
        table.write(io.at.not(), io.data, { name: 'high' });
        table.readAsync('a', io.at);
        table.port('c', { address: io.at, write: io.write, data: io.data });
      },
    ],
    [{ granule: 4 }, ({ io, table }) => table.write(io.at, io.data, { mask: io.at.low(2) })],
  ];
  for (const [options, connect] of sets) expect(message(options, (_m, table) => connect(table))).toBe('');
});
