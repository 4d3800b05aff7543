// SPDX-License-Identifier: Apache-2.0
import type { SwitchChain } from './control.ts';
import type { Reg, Signal } from './signal.ts';
import type { EnumType, UIntType } from './types.ts';

/** A state register with named states; the first name is the reset state. */
export class Fsm<N extends string> {
  constructor(
    /** The register itself, for assertions and outputs. */
    readonly state: Reg<EnumType<N>>,
    private readonly open: (state: Reg<EnumType<N>>) => SwitchChain<N>,
  ) {}

  /** One bit: the machine is in this state. */
  is(name: N): Signal<UIntType<1>> {
    return this.state.eq(this.state.type.encode(name));
  }

  /** Moves to this state at the next clock edge. */
  goto(name: N): void {
    this.state.next(name);
  }

  /** What happens in each state, as one `case`; states that are left out do nothing. */
  states(actions: { readonly [S in N]?: () => void }): void {
    const chain = this.open(this.state);
    for (const name of this.state.type.names) {
      const action = actions[name];
      if (action) chain.case(name, action);
    }
    const complete =
      this.state.type.names.every((name) => actions[name]) && 2 ** this.state.width === this.state.type.names.length;
    if (!complete) chain.otherwise(() => undefined);
  }
}
