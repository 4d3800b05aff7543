// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, clockDomain, input, memory, type MemoryOptions, output, UInt } from '../../../src/dsl/index.ts';

const none = z.strictObject({});

/** One write port and one synchronous read port. */
export function simple(options: MemoryOptions, depth = 1024, width = 32, name = 'dut') {
  return block(name, none, (m) => {
    const bits = Math.ceil(Math.log2(depth));
    const lanes = options.granule === undefined ? 1 : width / options.granule;
    const io = m.ports({
      we: input(Bool),
      mask: input(UInt(lanes)),
      wa: input(UInt(bits)),
      d: input(UInt(width)),
      re: input(Bool),
      ra: input(UInt(bits)),
      q: output(UInt(width)),
    });
    const { mem } = m.mems({ mem: memory(UInt(width), depth, options) });
    mem.write(io.wa, io.d, { enable: io.we, ...(options.granule !== undefined && { mask: io.mask }) });
    io.q.assign(mem.read('q', io.ra, { enable: io.re }));
    return io;
  })({});
}

/** What a port does with its read register during a write. */
export const modes = ['no-change', 'read-first', 'write-first'] as const;

/** One port that reads or writes. */
export const single = (mode: (typeof modes)[number], name = 'dut') =>
  block(name, none, (m) => {
    const io = m.ports({
      en: input(Bool),
      we: input(Bool),
      a: input(UInt(10)),
      d: input(UInt(32)),
      q: output(UInt(32)),
    });
    const { mem } = m.mems({ mem: memory(UInt(32), 1024) });
    io.q.assign(mem.port('a', { address: io.a, write: io.we, data: io.d, enable: io.en, mode }));
    return io;
  })({});

/** Two ports that read or write, with one clock or two. */
export const dual = (clocks: 1 | 2, name = 'dut') =>
  block(name, none, (m) => {
    const other = clockDomain('b', { reset: null });
    const port = (domain: typeof other) => ({
      en: input(Bool, '', { domain }),
      we: input(Bool, '', { domain }),
      a: input(UInt(10), '', { domain }),
      d: input(UInt(32), '', { domain }),
      q: output(UInt(32), '', { domain }),
    });
    const first = m.domain;
    const second = clocks === 1 ? first : other;
    const io = m.ports({ a: port(first), b: port(second) });
    const { mem } = m.mems({ mem: memory(UInt(32), 1024) });
    const connect = (name: 'a' | 'b'): void => {
      const p = io[name];
      p.q.assign(mem.port(name, { address: p.a, write: p.we, data: p.d, enable: p.en }));
    };
    connect('a');
    m.in(second, () => connect('b'));
    return io;
  })({});
