// SPDX-License-Identifier: Apache-2.0
import { Bool, type ModuleBuilder } from '../../src/dsl/index.ts';

/**
 * Every run starts with a cycle of reset; later resets are free. Properties and assumptions count outside reset only, so `started`, which is 0
 * at power-up, forces the reset by not being 1.
 */
export function startedByReset(m: ModuleBuilder): void {
  const { started } = m.regs({ started: Bool }, { powerUp: 0 });
  started.next(1);
  m.assume('reset_first', started);
}
