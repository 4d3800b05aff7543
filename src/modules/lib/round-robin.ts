// SPDX-License-Identifier: Apache-2.0
import { type Bool, type ModuleBuilder, type Signal, UInt } from '../../dsl/index.ts';
import { atMostOne } from './stream-laws.ts';
import { bitsOf } from './stream-lists.ts';

type Bit = Signal<typeof Bool>;

export interface Grant {
  /** One bit a requester, at most one set; combinational from the requests. */
  readonly grants: readonly Bit[];
  /** Somebody requests. */
  readonly any: Bit;
  /**
   * Called once. `taken`: the grant was used in this cycle and its owner goes to the end of the queue. `keep`: the owner stays at the head of the
   * queue instead, so that it is granted again as long as it requests.
   */
  update(taken: Bit, keep: Bit | null): void;
}

/**
 * Fair choice among requests. The state is one bit a requester, `<name>_turn`: those behind the last owner. They go first, lowest
 * number first; when none of them requests, all do. The chain of ors that finds the lowest also is the next state, so fairness
 * costs no logic beside its register. A requester waits for at most the others' one grant each.
 */
export function roundRobin(m: ModuleBuilder, name: string, requests: readonly Bit[]): Grant {
  const count = requests.length;
  if (count === 1) return { grants: requests, any: requests[0]!, update: () => undefined };
  const requestName = `${name}_request`;
  const { [requestName]: request } = m.nets({ [requestName]: bitsOf(requests) });
  const all = request!;
  const { [`${name}_any`]: any } = m.nets({ [`${name}_any`]: all.orR() });

  const turnName = `${name}_turn`;
  // Requester 0 is never behind another one.
  const { [turnName]: behind } = m.regs({ [turnName]: UInt(count - 1).init(0) });
  const turn = behind!.concat(m.lit(0, UInt(1)));
  const { [`${name}_waiting`]: waiting } = m.nets({ [`${name}_waiting`]: all.and(turn) });
  // Both searches run side by side; which of them counts is known as early as their results.
  const { [`${name}_is_waiting`]: isWaiting } = m.nets({ [`${name}_is_waiting`]: waiting!.orR() });
  const { [`${name}_after`]: after } = m.nets({
    [`${name}_after`]: isWaiting!.mux(prefixOr(m, `${name}_waiting`, waiting!), prefixOr(m, requestName, all)),
  });
  const { [`${name}_candidates`]: candidates } = m.nets({ [`${name}_candidates`]: isWaiting!.mux(waiting!, all) });
  const { [`${name}_grant`]: grant } = m.nets({
    [`${name}_grant`]: candidates!.and(
      after!
        .low(count - 1)
        .concat(m.lit(0, UInt(1)))
        .not(),
    ),
  });
  return {
    grants: grant!.toBits(),
    any: any!,
    update(taken, keep) {
      // Bit i - 1 of the register is requester i: behind the owner when a candidate below i was found.
      const others = after!.low(count - 1);
      const chain = m.when(taken, () => behind!.next(others));
      // Requester 0 has no bit: it is kept at the head by nobody being behind.
      const withOwner = after!.high(count - 1).and(
        candidates!
          .bit(0)
          .not()
          .replicate(count - 1),
      );
      if (keep !== null) chain.elsewhen(keep, () => behind!.next(withOwner));
      m.assert(`${name}_grant_one_hot`, atMostOne(grant!));
      m.assert(`${name}_grant_requested`, grant!.and(all.not()).eq(0));
      m.assert(`${name}_grants_when_requested`, any!.eq(grant!.orR()));
    },
  };
}

/** Bit i: some bit of 0..i is set. Logarithmic depth; `<name>_or4` looks at 4 bits from i downwards. */
function prefixOr(m: ModuleBuilder, name: string, value: Signal): Signal {
  let result = value;
  for (let step = 1; step < value.width; step *= 2) {
    const reach = `${name}_or${2 * step}`;
    result = m.nets({ [reach]: result.or(result.shl(step)) })[reach]!;
  }
  return result;
}
