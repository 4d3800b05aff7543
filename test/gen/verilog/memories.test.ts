// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, clockDomain, input, memory, type MemoryOptions, output, UInt } from '../../../src/dsl/index.ts';
import { cleanVerilog, logicOf } from '../../support/verilog.ts';
import { lutCount, synthCells, synthEach } from '../../support/yosys.ts';

const none = z.strictObject({});

/** One write port and one synchronous read port. */
function simple(options: MemoryOptions, depth = 1024, width = 32, name = 'dut') {
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

const modes = ['no-change', 'read-first', 'write-first'] as const;
const single = (mode: (typeof modes)[number], name = 'dut') =>
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

const dual = (clocks: 1 | 2, name = 'dut') =>
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

describe('simple dual port memory', () => {
  it('old on collision is the plain form', async () => {
    expect(await logicOf(simple({ collision: 'old' }))).toMatchInlineSnapshot(`
      "

        reg [7:0] file [0:15];
        wire [7:0] file_q;

        assign q = file_q;

        wire [3:0] wa_plus_1 = wa + 4'd1;

        assign file_q = file[ra];

        always @(posedge clk) begin
          if (we) begin
            file[wa_plus_1] <= d;
          end
        end

      "
    `);
  });

  it('undefined on collision spares the comparators', async () => {
    expect(await logicOf(simple({}))).toMatchInlineSnapshot(`
          "always @(posedge clk) begin
              if (en) begin
                if (we) begin
                  mem[a] <= d;
                end else begin
                  mem_a <= mem[a];
                end
              end
            end

          always @(posedge clk) begin
              if (en) begin
                mem_a <= mem[a];
                if (we) begin
                  mem[a] <= d;
                end
              end
            end

          always @(posedge clk) begin
              if (en) begin
                mem_a <= mem[a];
                if (we) begin
                  mem[a] <= d;
                  mem_a <= d;
                end
              end
            end

          "
        `);
  });

  it('new on collision bypasses the array', async () => {
    expect(await logicOf(simple({ collision: 'new' }))).toMatchInlineSnapshot(`
      "

        (* no_rw_check, ramstyle = "no_rw_check" *)
        /* verilator lint_off MULTIDRIVEN */
        reg [31:0] mem [0:1023];
        /* verilator lint_on MULTIDRIVEN */
        reg [31:0] mem_a;
        reg [31:0] mem_b;

        "
    `);
  });

  it('lanes are written in a loop', async () => {
    expect(await logicOf(simple({ granule: 8 }))).toMatchInlineSnapshot(`
      "

        (* no_rw_check, ramstyle = "no_rw_check" *)
        reg [31:0] mem [0:1023];
        reg [31:0] mem_q;

        assign q = mem_q;

        always @(posedge clk) begin : mem_lanes
          integer i;
          if (we) begin
            for (i = 0; i < 4; i = i + 1) begin
              if (mask[i]) begin
                mem[wa][8*i +: 8] <= d[8*i +: 8];
              end
            end
          end
          if (re) begin
            mem_q <= mem[ra];
          end
        end

      "
    `);
    await cleanVerilog(simple({ granule: 8, collision: 'new' }));
    await cleanVerilog(simple({ granule: 1 }));
  });

  it('takes contents and a style', async () => {
    expect(await logicOf(simple({ init: [1, 2, 3], style: 'distributed' }, 4))).toMatchInlineSnapshot(`
      "

        (* ram_style = "distributed", no_rw_check, ramstyle = "no_rw_check" *)
        reg [31:0] mem [0:3];
        reg [31:0] mem_q;

        assign q = mem_q;

        initial begin
          mem[0] = 32'd1;
          mem[1] = 32'd2;
          mem[2] = 32'd3;
          mem[3] = 32'd0;
        end

        always @(posedge clk) begin
          if (we) begin
            mem[wa] <= d;
          end
          if (re) begin
            mem_q <= mem[ra];
          end
        end

        // Read by nothing here.
        wire _unused_ok = &{1'b0, mask};

      "
    `);
    expect(await logicOf(simple({ init: [], style: 'block' }, 4))).toContain('for (i = 0; i < 4; i = i + 1) begin');
  });
});

describe('other memories', () => {
  it('asynchronous read', async () => {
    const dut = block('dut', none, (m) => {
      const io = m.ports({
        we: input(Bool),
        wa: input(UInt(4)),
        d: input(UInt(8)),
        ra: input(UInt(4)),
        q: output(UInt(8)),
      });
      const { file } = m.mems({ file: memory(UInt(8), 16) });
      file.write(io.wa.addWrap(1), io.d, { enable: io.we });
      io.q.assign(file.readAsync('q', io.ra));
      return io;
    });
    expect(await logicOf(dut({}))).toMatchInlineSnapshot(`
      "

        reg [7:0] file [0:15];
        wire [7:0] file_q;

        assign q = file_q;

        wire [3:0] wa_plus_1 = wa + 4'd1;

        assign file_q = file[ra];

        always @(posedge clk) begin
          if (we) begin
            file[wa_plus_1] <= d;
          end
        end

      "
    `);
    expect(await synthCells(await cleanVerilog(dut({})), 'dut', 'xilinx')).toMatchObject({ RAM32M: 2 });
  });

  it('one port, three modes', async () => {
    const texts = await Promise.all(modes.map((mode) => logicOf(single(mode))));
    expect(texts.map((text) => text.slice(text.indexOf('always'))).join('')).toMatchInlineSnapshot(`
      "always @(posedge clk) begin
          if (en) begin
            if (we) begin
              mem[a] <= d;
            end else begin
              mem_a <= mem[a];
            end
          end
        end

      always @(posedge clk) begin
          if (en) begin
            mem_a <= mem[a];
            if (we) begin
              mem[a] <= d;
            end
          end
        end

      always @(posedge clk) begin
          if (en) begin
            mem_a <= mem[a];
            if (we) begin
              mem[a] <= d;
              mem_a <= d;
            end
          end
        end

      "
    `);
  });

  it('true dual port, two clocks', async () => {
    const text = await logicOf(dual(2));
    expect(text.slice(0, text.indexOf('assign'))).toMatchInlineSnapshot(`
      "

        (* no_rw_check, ramstyle = "no_rw_check" *)
        /* verilator lint_off MULTIDRIVEN */
        reg [31:0] mem [0:1023];
        /* verilator lint_on MULTIDRIVEN */
        reg [31:0] mem_a;
        reg [31:0] mem_b;

        "
    `);
    expect(text.match(/always/g)).toHaveLength(2);
  });
});

/** Every form that block RAM can hold. */
async function blockMemories() {
  const rom = block('rom', none, (m) => {
    const io = m.ports({ ra: input(UInt(10)), q: output(UInt(32)) });
    const init = Array.from({ length: 1024 }, (_, i) => (i * 2654435761) % 2 ** 32);
    const { words } = m.mems({ words: memory(UInt(32), 1024, { init }) });
    io.q.assign(words.read('q', io.ra));
    return io;
  });
  const blocks = [
    simple({ collision: 'old' }, 1024, 32, 'old'),
    simple({ collision: 'undefined' }, 1024, 32, 'open'),
    simple({ collision: 'new' }, 1024, 32, 'latest'),
    simple({ granule: 8 }, 1024, 32, 'lanes'),
    single('no-change', 'no_change'),
    single('read-first', 'read_first'),
    single('write-first', 'write_first'),
    dual(1, 'dual_1'),
    dual(2, 'dual_2'),
    rom({}),
  ];
  return (await Promise.all(blocks.map((each) => cleanVerilog(each)))).flat();
}

describe('block RAM', () => {
  it('on Xilinx holds every form, with next to no logic', async () => {
    const cells = await synthEach(await blockMemories(), 'xilinx');
    for (const [name, own] of cells)
      if (name !== 'all_of_them') expect([name, own]).toMatchObject([name, { RAMB36E1: 1 }]);
    const luts = Object.fromEntries([...cells].map(([name, own]) => [name, lutCount(own)]));
    expect(luts).toMatchObject({ old: 0, open: 0, no_change: 1, dual_1: 2, dual_2: 2, rom: 0 });
    expect(luts['lanes']).toBeLessThanOrEqual(4);
    expect(luts['read_first']).toBeLessThanOrEqual(1);
    expect(luts['write_first']).toBeLessThanOrEqual(1);
  });

  it('on Lattice holds every form; open collisions need no logic', async () => {
    const cells = await synthEach(await blockMemories(), 'ecp5');
    for (const [name, own] of cells)
      if (name !== 'all_of_them') expect([name, own]).toMatchObject([name, { DP16KD: 2 }]);
    expect(cells.get('open')).toEqual({ DP16KD: 2 });
    expect(cells.get('rom')).toEqual({ DP16KD: 2 });
    expect(lutCount(cells.get('dual_2')!)).toBeLessThanOrEqual(2);
  });
});
