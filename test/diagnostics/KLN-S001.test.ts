// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bool, Bundle, input, output, sink, source, UInt } from '../../src/dsl/index.ts';
import { blockOf, reportOf } from './support.ts';

const Item = Bundle({ data: UInt(8), last: Bool });

test('a stream that a block should produce', () => {
  const text = reportOf((m) => {
    const io = m.ports({ go: input(Bool), out: source(Item) });
    io.out.valid.assign(io.go);
    io.out.payload.data.part(3, 0).assign(1);
    m.assert('ready_known', io.out.ready);
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-S001: The source stream out is only partly connected: its payload.data (bits 7..4) and payload.last are never driven.
      at test/diagnostics/KLN-S001.test.ts:10:18  declared here
      in module top
      cure: Drive out: connect a source to it, or drive its valid and payload."
  `);
});

test('a stream that a block should consume', () => {
  const text = reportOf((m) => {
    const io = m.ports({ in: sink(UInt(8)), y: output(UInt(8)) });
    io.y.assign(io.in.payload.and(io.in.valid.replicate(8)));
  });
  expect(text).toMatchInlineSnapshot(`
    "error KLN-S001: The sink stream in is not connected: its ready is never driven.
      at test/diagnostics/KLN-S001.test.ts:25:18  declared here
      in module top
      cure: Consume in: connect it to a sink, or drive its ready."
  `);
});

test('streams of an instance: one finding each', () => {
  const link = blockOf('link', (m) => {
    const io = m.ports({ in: sink(Item), out: source(Item) });
    io.out.from(io.in);
    return io;
  });
  const text = reportOf((m) => void m.instances({ link }));
  expect(text).toMatchInlineSnapshot(`
    "error KLN-S001: The sink stream link.in is not connected: its valid, payload.data and payload.last are never driven.
      at test/diagnostics/KLN-S001.test.ts:42:39  instance link of link
      in module top
      cure: Drive link.in: connect a source to it, or drive its valid and payload.

    error KLN-S001: The source stream link.out is not connected: its ready is never driven.
      at test/diagnostics/KLN-S001.test.ts:42:39  instance link of link
      in module top
      cure: Consume link.out: connect it to a sink, or drive its ready."
  `);
});

test('connected streams are fine', () => {
  const text = reportOf((m) => {
    const io = m.ports({ in: sink(Item), out: source(Item) });
    io.out.from(io.in);
  });
  expect(text).toBe('');
});
