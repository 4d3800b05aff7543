// SPDX-License-Identifier: Apache-2.0
import type { Signal, Wire } from './signal.ts';
import type { Type, UIntType } from './types.ts';
import { typeOfView } from './pack.ts';
import { type Value, type View, driveView } from './view.ts';

type Bit = Signal<UIntType<1>>;

/*
 * The law of every stream: a transfer happens in a cycle with valid and ready. Valid never waits for ready. Once valid is up, valid and
 * payload stay until the transfer. Valid is low in reset.
 */

/** The consuming end: valid and payload to read, ready to assign. */
export class SinkStream<T extends Type = Type> {
  constructor(
    readonly valid: Bit,
    readonly payload: View<T>,
    readonly ready: Wire<UIntType<1>>,
  ) {}

  /** A transfer happens in this cycle. */
  get fire(): Bit {
    return this.valid.and(this.ready);
  }

  /** An item waits but is not taken. */
  get stalled(): Bit {
    return this.valid.and(this.ready.not());
  }

  /** The same stream with another payload; the handshake is untouched, no register. */
  map<U extends Type>(change: (payload: View<T>) => View<U>): SinkStream<U> {
    return new SinkStream<U>(this.valid, change(this.payload), this.ready);
  }
}

/** The producing end: valid and payload to assign, ready to read. */
export class SourceStream<T extends Type = Type> {
  constructor(
    readonly valid: Wire<UIntType<1>>,
    readonly payload: View<T, 'wire'>,
    readonly ready: Bit,
  ) {}

  get fire(): Bit {
    return this.valid.and(this.ready);
  }

  /** An item is offered but not taken. */
  get stalled(): Bit {
    return this.valid.and(this.ready.not());
  }

  /** Passes a stream through: valid and payload forward, ready backward, no register. */
  from<U extends Type>(other: SinkStream<U>): void {
    this.offer(other.valid, other.payload as unknown as Value<T>);
    other.ready.assign(this.ready);
  }

  /** Assigns valid and payload. */
  offer(valid: Bit | boolean | 0 | 1, payload: Value<T>): void {
    this.valid.assign(valid);
    const target = this.payload;
    driveView(typeOfView(target), target, payload);
  }
}
