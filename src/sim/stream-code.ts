// SPDX-License-Identifier: Apache-2.0
import { IN, OUT, PARAMS, STEP } from './emit/emitter.ts';
import type { PortSlot, StreamSlot } from './engine.ts';
import type { Code } from './wasm/code.ts';
import { I32, type ValueType } from './wasm/opcodes.ts';

/** Words of the record that a driver or monitor keeps in memory. */
export const field = {
  /** Next item to send, or next free place for one. */
  items: 0,
  /** Monitors: next free place for a cycle number. */
  at: 1,
  /** Items to send, or items until the memory is full. */
  limit: 2,
  /** Items sent or received. */
  count: 3,
  /** Items to send or to wait for. */
  wanted: 4,
  /** Driver: valid is up. Monitor: ready is up. */
  active: 5,
  /** State of the random generator; 0: no random stalls. */
  state: 6,
  threshold: 7,
  script: 8,
  scriptLength: 9,
  position: 10,
} as const;

export const RECORD_BYTES = 64;

type Field = keyof typeof field;

/** Parameters of the stream loop: those of every function, the step to stop before, and whether to stop when all is done. */
export const STREAM_PARAMS: readonly ValueType[] = [...PARAMS, I32, I32];
const LAST = PARAMS.length;
const STOP_WHEN_DONE = PARAMS.length + 1;

export interface StreamCode {
  readonly drivers: readonly { readonly slot: StreamSlot; readonly record: number }[];
  readonly monitors: readonly { readonly slot: StreamSlot; readonly record: number }[];
  /** Words of all inputs: outputs come behind them in the numbering of ports. */
  readonly inputWords: number;
}

/**
 * Writes the loop of a stream test: drivers and monitors set the inputs, `cycle` makes the outputs and takes the clock edge, then
 * transfers are counted. It returns the step reached, before `last` when all streams are done or a monitor's memory is full.
 */
export function writeStreamLoop(code: Code, streams: StreamCode, cycle: () => void): void {
  const writer = new StreamWriter(code, streams);
  code.block();
  code.loop();
  code.get(STEP);
  code.get(LAST);
  code.op('i32_ge_u');
  code.brIf(1);
  for (const { slot, record } of streams.drivers) writer.drive(slot, record);
  for (const { slot, record } of streams.monitors) writer.ready(slot, record);
  cycle();
  for (const { slot, record } of streams.drivers) writer.sent(slot, record);
  for (const { slot, record } of streams.monitors) writer.received(slot, record);
  code.get(STEP);
  code.i32(1);
  code.op('i32_add');
  code.set(STEP);
  writer.pushAny(streams.monitors, 'limit');
  code.brIf(1);
  code.get(STOP_WHEN_DONE);
  writer.pushDone();
  code.op('i32_and');
  code.brIf(1);
  code.br(0);
  code.op('end');
  code.op('end');
  code.get(STEP);
}

class StreamWriter {
  readonly #stalled: number;

  constructor(
    readonly code: Code,
    readonly streams: StreamCode,
  ) {
    this.#stalled = code.local(I32);
  }

  /** An offer stands until it is taken; a stall only delays the next one. */
  drive(slot: StreamSlot, record: number): void {
    const { code } = this;
    this.#draw(record);
    this.#load(record, 'active');
    code.op('i32_eqz');
    code.if();
    this.#set(record, 'active', () => {
      code.get(this.#stalled);
      code.op('i32_eqz');
      this.#load(record, 'count');
      this.#load(record, 'wanted');
      code.op('i32_lt_u');
      code.op('i32_and');
    });
    this.#setPort(slot.valid, () => this.#load(record, 'active'));
    this.#load(record, 'active');
    code.if();
    let from = 0;
    for (const port of slot.payload) {
      for (let word = 0; word < port.words; word++) {
        code.get(IN);
        this.#load(record, 'items');
        code.memory('i32_load', 4 * from++);
        code.memory('i32_store', 4 * (port.offset + word));
      }
    }
    code.op('end');
    code.op('end');
  }

  ready(slot: StreamSlot, record: number): void {
    const { code } = this;
    this.#draw(record);
    this.#set(record, 'active', () => {
      code.get(this.#stalled);
      code.op('i32_eqz');
    });
    this.#setPort(slot.ready, () => this.#load(record, 'active'));
  }

  sent(slot: StreamSlot, record: number): void {
    const { code } = this;
    this.#load(record, 'active');
    this.#loadPort(slot.ready);
    code.op('i32_and');
    code.if();
    this.#advance(record, 'count', 1);
    this.#advance(record, 'items', 4 * slot.words);
    this.#set(record, 'active', () => code.i32(0));
    code.op('end');
  }

  received(slot: StreamSlot, record: number): void {
    const { code } = this;
    this.#load(record, 'active');
    this.#loadPort(slot.valid);
    code.op('i32_and');
    code.if();
    let to = 0;
    for (const port of slot.payload) {
      for (let word = 0; word < port.words; word++) {
        this.#load(record, 'items');
        this.#loadPort(port, word);
        code.memory('i32_store', 4 * to++);
      }
    }
    this.#load(record, 'at');
    code.get(STEP);
    code.memory('i32_store', 0);
    this.#advance(record, 'count', 1);
    this.#advance(record, 'items', 4 * slot.words);
    this.#advance(record, 'at', 4);
    code.op('end');
  }

  /** 1 when some monitor has as many items as the field says. */
  pushAny(records: StreamCode['monitors'], bound: Field): void {
    const { code } = this;
    code.i32(0);
    for (const { record } of records) {
      this.#load(record, 'count');
      this.#load(record, bound);
      code.op('i32_ge_u');
      code.op('i32_or');
    }
  }

  /** 1 when every driver and monitor has what it wants. */
  pushDone(): void {
    const { code } = this;
    code.i32(1);
    for (const { record } of [...this.streams.drivers, ...this.streams.monitors]) {
      this.#load(record, 'count');
      this.#load(record, 'wanted');
      code.op('i32_ge_u');
      code.op('i32_and');
    }
  }

  /** Draws whether this stream stalls in this cycle. */
  #draw(record: number): void {
    const { code } = this;
    code.i32(0);
    code.set(this.#stalled);
    this.#load(record, 'state');
    code.if();
    for (const [op, by] of [
      ['i32_shl', 13],
      ['i32_shr_u', 17],
      ['i32_shl', 5],
    ] as const) {
      this.#set(record, 'state', () => {
        this.#load(record, 'state');
        this.#load(record, 'state');
        code.i32(by);
        code.op(op);
        code.op('i32_xor');
      });
    }
    this.#load(record, 'state');
    code.i32(16);
    code.op('i32_shr_u');
    this.#load(record, 'threshold');
    code.op('i32_lt_u');
    code.set(this.#stalled);
    code.op('end');
    this.#load(record, 'scriptLength');
    code.if();
    this.#load(record, 'script');
    this.#load(record, 'position');
    code.op('i32_add');
    code.memory('i32_load8_u', 0);
    code.i32(0);
    code.op('i32_ne');
    code.set(this.#stalled);
    this.#set(record, 'position', () => {
      code.i32(0);
      this.#load(record, 'position');
      code.i32(1);
      code.op('i32_add');
      this.#load(record, 'position');
      code.i32(1);
      code.op('i32_add');
      this.#load(record, 'scriptLength');
      code.op('i32_eq');
      code.op('select');
    });
    code.op('end');
  }

  #load(record: number, name: Field): void {
    this.code.i32(0);
    this.code.memory('i32_load', record + 4 * field[name]);
  }

  #set(record: number, name: Field, value: () => void): void {
    this.code.i32(0);
    value();
    this.code.memory('i32_store', record + 4 * field[name]);
  }

  #advance(record: number, name: Field, by: number): void {
    this.#set(record, name, () => {
      this.#load(record, name);
      this.code.i32(by);
      this.code.op('i32_add');
    });
  }

  #setPort(port: PortSlot, value: () => void): void {
    this.code.get(IN);
    value();
    this.code.memory('i32_store', 4 * port.offset);
  }

  #loadPort(port: PortSlot, word = 0): void {
    const isOutput = port.direction === 'output';
    this.code.get(isOutput ? OUT : IN);
    this.code.memory('i32_load', 4 * (port.offset + word - (isOutput ? this.streams.inputWords : 0)));
  }
}
