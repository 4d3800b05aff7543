// SPDX-License-Identifier: Apache-2.0
import type { Bool, ModuleBuilder, Signal, SinkStream } from '../../dsl/index.ts';
import { blockFormer } from './block-former.ts';
import { colourFormer } from './colour-former.ts';
import type { blockType, GroupShape, groupType } from './conmerge.types.ts';
import type { Placement } from './core.params.ts';
import { laneFormer } from './lane-former.ts';

type Bit = Signal<typeof Bool>;

export interface Former {
  readonly blk: SinkStream<ReturnType<typeof blockType>>;
  /** A unit ends that has no block. */
  readonly empty: Bit;
  /** Holds columns though no group is on its way; null for one that never does. */
  readonly busy: Bit | null;
}

/** The block former of a placement. */
export function describeFormer(
  m: ModuleBuilder,
  placement: Placement,
  shape: GroupShape & { readonly idWidth: number },
  group: SinkStream<ReturnType<typeof groupType>>,
): Former {
  if (placement === 'free') {
    const { former } = m.instances({ former: blockFormer(shape) });
    former.group.from(group);
    return { blk: former.blk, empty: former.empty, busy: null };
  }
  if (placement === 'lane') {
    const { former } = m.instances({ former: laneFormer({ ...shape, depth: shape.beats }) });
    former.group.from(group);
    return former;
  }
  const { former } = m.instances({ former: colourFormer(shape) });
  former.group.from(group);
  return former;
}
