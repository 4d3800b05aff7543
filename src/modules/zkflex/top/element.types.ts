// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, UInt } from '../../../dsl/index.ts';
import { axi4CommandType } from '../../lib/axi4-bursts.ts';
import { bitsFor } from '../../lib/widths.ts';
import { countBits, type ElementParams, mostBeats } from './element.params.ts';

/** Bits of the number of beats of a transfer. */
export const transferBits = (p: ElementParams): number => countBits + bitsFor(mostBeats(p));

/** A transfer of `count` elements of `beats` beats each, from a byte address (aligned to beats) on. */
export const elementCommandType = (p: ElementParams) =>
  Bundle({ address: UInt(p.addressWidth), count: UInt(countBits), beats: UInt(bitsFor(mostBeats(p))) });

export const transferType = (p: ElementParams) =>
  axi4CommandType({ addressWidth: p.addressWidth, beatBits: transferBits(p) });

/** What the AXI4 read master gives. */
export const readBeatType = (p: ElementParams) => Bundle({ data: UInt(p.busBits), error: Bool, last: Bool });
