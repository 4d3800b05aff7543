// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { Bool, Bundle, input, output, sink, source, UInt } from '../../src/dsl/index.ts';
import { simulate } from '../../sim/index.ts';
import { blockOf, elaborated, expectRows, faultOf } from './support.ts';

/** A register slice that keeps its law with the words of streams alone: offer, fire, stalled. */
const slice = blockOf('slice', (m) => {
  const io = m.ports({ in: sink(UInt(8)), out: source(UInt(8)), waits: output(Bool), held_up: output(Bool) });
  const { full, data } = m.regs({ full: Bool.init(0), data: UInt(8) });
  io.in.ready.assign(full.not().or(io.out.ready));
  io.out.offer(full, data);
  m.when(io.out.fire, () => full.next(0));
  m.when(io.in.fire, () => {
    full.next(1);
    data.next(io.in.payload);
  });
  io.waits.assign(io.in.stalled);
  io.held_up.assign(io.out.stalled);
  return io;
});

describe('streams', () => {
  test('fire and stalled', async () => {
    await expectRows(slice, [
      [
        { in_valid: 1, in_payload: 5, out_ready: 0 },
        { in_ready: 1, out_valid: 0, waits: 0, held_up: 0 },
      ],
      [
        { in_valid: 1, in_payload: 6, out_ready: 0 },
        { in_ready: 0, out_valid: 1, out_payload: 5, waits: 1, held_up: 1 },
      ],
      [
        { in_valid: 1, in_payload: 6, out_ready: 1 },
        { in_ready: 1, out_valid: 1, out_payload: 5, waits: 0, held_up: 0 },
      ],
      [
        { in_valid: 0, in_payload: 0, out_ready: 1 },
        { in_ready: 1, out_valid: 1, out_payload: 6 },
      ],
      [
        { in_valid: 0, in_payload: 0, out_ready: 1 },
        { out_valid: 0, held_up: 0 },
      ],
    ]);
  });

  test.each(['embedded', 'icarus'] as const)('order is kept under back-pressure on %s', async (engine) => {
    await simulate(slice, { engine, wave: 'off' }, async (dut) => {
      await dut.reset();
      const items = Array.from({ length: 50 }, (_, i) => (i * 37) & 255);
      void dut.driver('in', { stall: 0.4 }).send(items);
      expect(await dut.monitor('out', { stall: 0.4 }).take(50)).toEqual(items);
    });
  });

  test('map changes the payload and leaves the handshake alone', async () => {
    const dut = blockOf('mapped', (m) => {
      const io = m.ports({ in: sink(UInt(4)), out: source(Bundle({ twice: UInt(5), odd: Bool })) });
      io.out.from(io.in.map((value) => ({ twice: value.addFull(value), odd: value.bit(0) })));
    });
    await expectRows(dut, [
      [
        { in_valid: 1, in_payload: 9, out_ready: 0 },
        { out_valid: 1, out_payload_twice: 18, out_payload_odd: 1, in_ready: 0 },
      ],
      [
        { in_valid: 0, in_payload: 2, out_ready: 1 },
        { out_valid: 0, out_payload_twice: 4, out_payload_odd: 0, in_ready: 1 },
      ],
    ]);
  });

  test('streams of a module are listed for its surroundings', () => {
    const { top } = elaborated((m) => {
      const io = m.ports({
        in: sink(Bundle({ a: UInt(2), b: Bool })),
        group: { out: source(Bundle({ a: UInt(2), b: Bool })) },
      });
      io.group.out.from(io.in);
    });
    expect(
      top.streams.map(({ name, direction, payload }) => [name, direction, payload.map((port) => port.name)]),
    ).toEqual([
      ['in', 'sink', ['in_payload_a', 'in_payload_b']],
      ['group_out', 'source', ['group_out_payload_a', 'group_out_payload_b']],
    ]);
  });

  test('payloads of different shapes', () => {
    const text = faultOf((m) => {
      const io = m.ports({ in: sink(UInt(8)), out: source(UInt(4)) });
      io.out.from(io.in as never);
    });
    expect(text).toBe('KLN-W001 top: out_payload has 4 bits, but in_payload has 8.');
  });

  test('a stream that nobody consumes', () => {
    expect(faultOf((m) => m.ports({ in: sink(UInt(8)), a: input(Bool) }))).toBe(
      'KLN-S001 top: The sink stream in is not connected: its ready is never driven.',
    );
  });
});
