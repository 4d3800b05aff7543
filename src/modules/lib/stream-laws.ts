// SPDX-License-Identifier: Apache-2.0
import { Bool, type ModuleBuilder, pack, type Signal, type SourceStream, type Type, UInt } from '../../dsl/index.ts';

/**
 * Asserts the law of a stream that a block produces: an item that was offered and not taken is offered again, unchanged. The
 * two registers of the check feed nothing else. `unless`: an event, such as a flush, after which an item may be withdrawn.
 */
export function assertStable<T extends Type>(
  m: ModuleBuilder,
  name: string,
  stream: SourceStream<T>,
  unless?: Signal<typeof Bool>,
): void {
  const payload = pack(stream.payload);
  const stalled = `${name}_was_stalled`;
  const before = `${name}_was_payload`;
  const { [stalled]: wasStalled } = m.regs({ [stalled]: Bool.init(0) });
  wasStalled!.next(unless !== undefined ? stream.stalled.and(unless.not()) : stream.stalled);
  m.assert(`${name}_valid_stays`, wasStalled!.not().or(stream.valid), 'valid fell before the item was taken');
  if (payload.width === 0) return;
  const { [before]: wasPayload } = m.regs({ [before]: UInt(payload.width) });
  wasPayload!.next(payload);
  m.assert(
    `${name}_payload_stays`,
    wasStalled!.not().or(payload.eq(wasPayload!)),
    'the payload changed before the item was taken',
  );
}

/** One bit: at most one bit of `bits` is set. */
export function atMostOne(bits: Signal): Signal<typeof Bool> {
  return bits.and(bits.subWrap(bits.width === 0 ? 0 : 1)).eq(0);
}
