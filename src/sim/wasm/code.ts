// SPDX-License-Identifier: Apache-2.0
import { Bytes } from './bytes.ts';
import {
  laneMemoryOpcode,
  type MemoryOpcode,
  memoryOpcode,
  NONE,
  type Opcode,
  opcode,
  type ValueType,
  vectorMemoryOpcode,
  type VectorOpcode,
  vectorOpcode,
} from './opcodes.ts';

/** The body of one function while it is being written. Parameters are the first locals. */
export class Code {
  readonly bytes = new Bytes();
  readonly #locals: ValueType[] = [];

  constructor(
    readonly params: readonly ValueType[],
    readonly results: readonly ValueType[],
  ) {}

  local(type: ValueType): number {
    this.#locals.push(type);
    return this.params.length + this.#locals.length - 1;
  }

  op(name: Opcode): void {
    this.bytes.byte(opcode[name]);
  }

  i32(value: number): void {
    this.bytes.byte(0x41);
    this.bytes.signed(value);
  }

  i64(value: bigint): void {
    this.bytes.byte(0x42);
    this.bytes.signed64(value);
  }

  get(local: number): void {
    this.bytes.byte(0x20);
    this.bytes.unsigned(local);
  }

  set(local: number): void {
    this.bytes.byte(0x21);
    this.bytes.unsigned(local);
  }

  tee(local: number): void {
    this.bytes.byte(0x22);
    this.bytes.unsigned(local);
  }

  /** The address (and a store's value) are on the stack; `offset` bytes are added to it. */
  memory(name: MemoryOpcode, offset: number): void {
    const [code, align] = memoryOpcode[name];
    this.bytes.byte(code);
    this.bytes.unsigned(align);
    this.bytes.unsigned(offset);
  }

  /** memory.copy: destination, source, length on the stack. */
  copy(): void {
    for (const byte of [0xfc, 10, 0, 0]) this.bytes.byte(byte);
  }

  /** memory.fill: destination, value, length on the stack. */
  fill(): void {
    for (const byte of [0xfc, 11, 0]) this.bytes.byte(byte);
  }

  /** A vector of two 64-bit lanes. */
  v128(low: bigint, high: bigint): void {
    this.#vector(0x0c);
    for (const lane of [low, high]) {
      for (let at = 0n; at < 64n; at += 8n) this.bytes.byte(Number((lane >> at) & 0xffn));
    }
  }

  vector(name: VectorOpcode): void {
    this.#vector(vectorOpcode[name]);
  }

  /** Two vectors on the stack: the high lane of the first becomes the low lane, the low lane of the second the high one. */
  highLow(): void {
    this.#vector(0x0d);
    for (let byte = 8; byte < 24; byte++) this.bytes.byte(byte);
  }

  /** Replaces (a number is on the stack) a 64-bit lane. */
  setLane(lane: 0 | 1): void {
    this.#vector(0x1e);
    this.bytes.byte(lane);
  }

  getLane(lane: 0 | 1): void {
    this.#vector(0x1d);
    this.bytes.byte(lane);
  }

  /** As `memory`, for vectors. */
  vectorMemory(name: keyof typeof vectorMemoryOpcode, offset: number): void {
    this.#vectorMemory(vectorMemoryOpcode[name], offset);
  }

  /** The address and a vector are on the stack; one of its lanes is loaded or stored. */
  laneMemory(name: keyof typeof laneMemoryOpcode, offset: number, lane: number): void {
    this.#vectorMemory(laneMemoryOpcode[name], offset);
    this.bytes.byte(lane);
  }

  #vectorMemory([code, align]: readonly [number, number], offset: number): void {
    this.#vector(code);
    this.bytes.unsigned(align);
    this.bytes.unsigned(offset);
  }

  #vector(code: number): void {
    this.bytes.byte(0xfd);
    this.bytes.unsigned(code);
  }

  block(result: ValueType | typeof NONE = NONE): void {
    this.bytes.byte(0x02);
    this.bytes.byte(result);
  }

  loop(): void {
    this.bytes.byte(0x03);
    this.bytes.byte(NONE);
  }

  if(result: ValueType | typeof NONE = NONE): void {
    this.bytes.byte(0x04);
    this.bytes.byte(result);
  }

  br(depth: number): void {
    this.bytes.byte(0x0c);
    this.bytes.unsigned(depth);
  }

  brIf(depth: number): void {
    this.bytes.byte(0x0d);
    this.bytes.unsigned(depth);
  }

  brTable(depths: readonly number[], otherwise: number): void {
    this.bytes.byte(0x0e);
    this.bytes.unsigned(depths.length);
    for (const depth of depths) this.bytes.unsigned(depth);
    this.bytes.unsigned(otherwise);
  }

  call(func: number): void {
    this.bytes.byte(0x10);
    this.bytes.unsigned(func);
  }

  /** The entry of the code section: locals (runs of equal type), instructions, end. */
  finish(): Uint8Array {
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const body = new Bytes();
    body.unsigned(runs.length);
    for (const { type, count } of runs) {
      body.unsigned(count);
      body.byte(type);
    }
    body.append(this.bytes.view);
    body.byte(opcode.end);
    return body.view;
  }
}
