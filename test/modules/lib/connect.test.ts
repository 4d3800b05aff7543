// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { simulate } from '../../../sim/index.ts';
import {
  block,
  Bool,
  Bundle,
  elaborate,
  flip,
  input,
  output,
  sink,
  source,
  UInt,
  Vec,
} from '../../../src/dsl/index.ts';
import { connect } from '../../../src/modules/lib/connect.ts';
import { z } from 'zod';

const none = z.strictObject({});

/** A request that is answered in the same cycle, and items the other way. */
const bus = {
  request: source(UInt(4)),
  answer: { valid: input(Bool), data: input(Vec(2, UInt(4))) },
  tag: input(Bundle({ low: UInt(2), high: UInt(2) })),
};

const server = block('server', none, (m) => {
  const io = m.ports({ port: flip(bus) });
  io.port.request.ready.assign(1);
  io.port.answer.valid.assign(io.port.request.valid);
  const { payload } = io.port.request;
  io.port.answer.data.assign([payload, payload.not()]);
  m.drive(io.port.tag, { low: payload.low(2), high: payload.high(2) });
  return io;
});

const client = block('client', none, (m) => {
  const io = m.ports({ in: sink(UInt(4)), port: bus, sum: output(UInt(4)) });
  io.port.request.from(io.in);
  const { answer, tag } = io.port;
  io.sum.assign(answer.data.at(0).xor(answer.data.at(1)).xor(tag.high.concat(tag.low)).and(answer.valid.replicate(4)));
  return io;
});

const pair = block('pair', none, (m) => {
  const io = m.ports({ in: sink(UInt(4)), sum: output(UInt(4)) });
  const inner = m.instances({ client: client({}), server: server({}) });
  connect(inner.server.port, inner.client.port);
  connect(io, { in: inner.client.in, sum: inner.client.sum });
  return io;
});

test('two instances and the ports of the block around them are connected both ways', async () => {
  await simulate(pair({}), { engine: 'embedded' }, async (dut) => {
    await dut.reset();
    const words: number[] = [];
    const driver = dut.driver('in');
    const sent = driver.send([0, 5, 15]);
    for (let i = 0; i < 3; i++) {
      await dut.cycle();
      words.push(dut.out.sum.value);
    }
    await sent;
    expect(words).toEqual([15, 10, 0]);
  });
});

test('a missing name and two ends that cannot drive are refused', () => {
  const wrong = (give: (a: object, b: object) => [object, object]) =>
    block('wrong', none, (m) => {
      const io = m.ports({ a: input(Bool), b: input(Bool) });
      connect(...give({ x: io.a }, { x: io.b }));
      return io;
    });
  expect(() => elaborate(wrong((a) => [a, {}])({}))).toThrow('there is no x on the other side');
  expect(() => elaborate(wrong((a, b) => [a, b])({}))).toThrow('neither side can drive x');
});
