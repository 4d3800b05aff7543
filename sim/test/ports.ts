// SPDX-License-Identifier: Apache-2.0
import { closest } from 'fastest-levenshtein';
import type { PortSlot } from '../../src/sim/engine.ts';
import { SimulationError } from './errors.ts';
import type { Scheduler } from './scheduler.ts';
import { codecOf, type HostValue, type ValueCodec, type Writable } from './values.ts';

/** A port of the design under test. `V` is what it reads as. */
export abstract class Port<V = HostValue> {
  readonly slot: PortSlot;
  protected readonly scheduler: Scheduler;
  protected readonly codec: ValueCodec;

  constructor(slot: PortSlot, scheduler: Scheduler) {
    this.slot = slot;
    this.scheduler = scheduler;
    this.codec = codecOf(slot);
  }

  get name(): string {
    return this.slot.name;
  }

  get width(): number {
    return this.slot.width;
  }

  /** The value in this cycle, with all inputs as they are now. */
  abstract get value(): V;

  /** The bits as an unsigned number, whatever the format. */
  get raw(): bigint {
    this.touch();
    const { offset, words } = this.slot;
    const io = this.scheduler.engine.io;
    let value = 0n;
    for (let i = words - 1; i >= 0; i--) value = (value << 32n) | BigInt(io[offset + i]!);
    return value;
  }

  /** Whether any bit is set; cheaper than `value` for conditions. */
  get isHigh(): boolean {
    this.touch();
    const { offset, words } = this.slot;
    const io = this.scheduler.engine.io;
    for (let i = 0; i < words; i++) if (io[offset + i] !== 0) return true;
    return false;
  }

  protected abstract touch(): void;
}

export class InputPort<V = HostValue, W = Writable> extends Port<V> {
  override get value(): V {
    return this.codec.read(this.scheduler.engine.io, this.slot.offset) as V;
  }

  override set value(value: W | V) {
    if (this.codec.write(this.scheduler.engine.io, this.slot.offset, value as Writable)) this.scheduler.dirty = true;
  }

  protected override touch(): void {
    // An input is what was written to it.
  }
}

export class OutputPort<V = HostValue> extends Port<V> {
  override get value(): V {
    this.scheduler.refresh();
    return this.codec.read(this.scheduler.engine.io, this.slot.offset) as V;
  }

  override set value(_value: V) {
    throw new SimulationError(`${this.name} is an output of the design; a test can only read it.`);
  }

  protected override touch(): void {
    this.scheduler.refresh();
  }
}

/** An object with these members whose unknown names are errors with a suggestion, at no cost for the known ones. */
export function named<T>(what: string, members: Readonly<Record<string, T>>): Record<string, T> {
  const names = Object.keys(members);
  const guard = new Proxy(Object.create(null) as object, {
    get(_, key) {
      // Promises and inspectors probe for these.
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON' || key === 'constructor') return undefined;
      const hint = names.length === 0 ? `there are no ${what}s` : `did you mean "${closest(key, names)}"?`;
      throw new SimulationError(`There is no ${what} "${key}"; ${hint}`);
    },
  });
  return Object.assign(Object.create(guard) as Record<string, T>, members);
}
