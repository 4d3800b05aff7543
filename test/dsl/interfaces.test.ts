// SPDX-License-Identifier: Apache-2.0
/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unused-expressions -- of lines that must not compile */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import {
  block,
  Bool,
  Bundle,
  flip,
  input,
  type ModuleBuilder,
  output,
  type SinkStream,
  sink,
  source,
  type SourceStream,
  type UIntType,
  UInt,
  Vec,
} from '../../src/dsl/index.ts';
import { blockOf, elaborated, expectRows, faultOf } from './support.ts';

/** A register bus as its slave sees it. */
const bus = {
  command: { write: input(Bool), address: input(UInt(2)), data: input(UInt(8)) },
  data: output(UInt(8), 'read data'),
  done: source(UInt(1)),
};

const slave = block('slave', z.strictObject({ start: z.int().default(0) }), (m, p) => {
  const io = m.ports({ bus });
  const { words } = m.regs({ words: Vec(4, UInt(8)).init(p.start) });
  const { command } = io.bus;
  m.when(command.write, () => words.write(command.address, command.data));
  io.bus.data.assign(words.read(command.address));
  io.bus.done.offer(command.write, command.address.bit(0));
  return io;
});

const parent = blockOf('parent', (m) => {
  const io = m.ports({
    at: input(UInt(2)),
    data: input(UInt(8)),
    write: input(Bool),
    y: output(UInt(8)),
    odd: output(Bool),
  });
  const { store } = m.instances({ store: slave({ start: 7 }) });
  m.drive(store.bus.command.write, io.write);
  store.bus.command.address.assign(io.at);
  store.bus.command.data.assign(io.data);
  io.y.assign(store.bus.data);
  store.bus.done.ready.assign(1);
  io.odd.assign(store.bus.done.fire.and(store.bus.done.payload));
});

describe('interfaces', () => {
  test('nested groups name ports by their path', () => {
    const { top } = elaborated((m) => {
      const io = m.ports({ bus: flip(bus) });
      io.bus.command.write.assign(io.bus.data.bit(0));
      io.bus.command.address.assign(0);
      io.bus.command.data.assign(io.bus.data);
      io.bus.done.ready.assign(io.bus.done.valid.and(io.bus.done.payload));
    });
    expect(top.ports.map((port) => `${port.direction} ${port.name}`)).toEqual([
      'output bus_command_write',
      'output bus_command_address',
      'output bus_command_data',
      'input bus_data',
      'input bus_done_valid',
      'output bus_done_ready',
      'input bus_done_payload',
    ]);
    expect(top.streams).toMatchObject([{ name: 'bus_done', direction: 'sink' }]);
  });

  test('flip twice is the interface itself', () => {
    expect(flip(flip(bus))).toEqual(bus);
    expect(flip(input(Bool)).direction).toBe('output');
    expect(flip(sink(Bool)).direction).toBe('source');
  });

  test('an instance is seen from the other side, groups and streams too', async () => {
    await expectRows(
      parent,
      [
        [
          { at: 1, data: 3, write: 1 },
          { y: 7, odd: 1 },
        ],
        [
          { at: 1, data: 4, write: 0 },
          { y: 3, odd: 0 },
        ],
        [
          { at: 2, data: 4, write: 1 },
          { y: 7, odd: 0 },
        ],
        [
          { at: 2, data: 0, write: 0 },
          { y: 4, odd: 0 },
        ],
      ],
      ['embedded', 'icarus'],
    );
  });

  test('several calls of ports add up, and the parent sees all of them', () => {
    const twice = block('twice', z.strictObject({}), (m) => {
      const a = m.ports({ a: input(UInt(3)) });
      const y = m.ports({ y: output(UInt(3)) });
      y.y.assign(a.a);
      return { ...a, ...y };
    });
    const { top } = elaborated((m) => {
      const { child } = m.instances({ child: twice({}) });
      const pins = child as never as Record<'a' | 'y', { assign(value: unknown): void }>;
      pins.a.assign(1);
      const io = m.ports({ y: output(UInt(3)) });
      io.y.assign(pins.y as never);
    });
    expect(top.instances[0]!.inputs.map((pin) => pin.name)).toEqual(['child_a']);
  });

  test('an output of an instance cannot be driven', () => {
    const text = faultOf((m) => {
      const { store } = m.instances({ store: slave({}) });
      // @ts-expect-error -- it is read
      m.drive(store.bus.data, 0);
    });
    expect(text).toBe('KLN-D003 top: store_data cannot be driven.'.replace('store_data', 'store_bus_data'));
  });

  // Checked by tsc and never run.
  test('types follow the direction', () => {
    const use = (m: ModuleBuilder): void => {
      const io = m.ports({ in: sink(UInt(8)), out: source(Bundle({ x: UInt(3) })), bus });
      expectTypeOf(io.in).toEqualTypeOf<SinkStream<UIntType<8>>>();
      io.out.valid.assign(1);
      // @ts-expect-error -- the valid of a sink is an input
      io.in.valid.assign(1);
      const { store } = m.instances({ store: slave({}) });
      expectTypeOf(store.bus.done).toEqualTypeOf<SinkStream<UIntType<1>>>();
      expectTypeOf(m.ports({ s: flip(sink(UInt(4))) }).s).toEqualTypeOf<SourceStream<UIntType<4>>>();
      // @ts-expect-error -- there is no such port
      store.buss;
      // @ts-expect-error -- the data of the instance are read
      store.bus.data.assign(0);
    };
    expect(use).toBeTypeOf('function');
  });
});
