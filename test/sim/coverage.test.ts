// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, elaborate, Enum, input, output } from '../../src/dsl/index.ts';
import { createEmbedded } from '../../src/sim/embedded.ts';
import { poke } from './support.ts';

describe('enum registers', () => {
  it('count states and transitions', () => {
    const State = Enum('State', ['idle', 'run', 'done']);
    const dut = block('dut', z.strictObject({}), (m) => {
      const io = m.ports({ go: input(Bool), busy: output(Bool) });
      const { state } = m.regs({ state: State.init('idle') });
      m.switch(state)
        .case('idle', () => {
          m.when(io.go, () => state.next('run'));
        })
        .case('run', () => state.next('done'))
        .otherwise(() => state.next('idle'));
      io.busy.assign(state.eq(State.encode('run')));
      return io;
    });
    const engine = createEmbedded(elaborate(dut({})), { coverage: { toggle: true, branch: true, fsm: true } });
    poke(engine, 'rst', 1);
    engine.step(2);
    poke(engine, 'rst', 0);
    engine.step(3);
    poke(engine, 'go', 1);
    engine.step(6);
    const report = engine.coverage();
    expect(report.fsm[0]!.transitions).toEqual([
      { from: 'idle', to: 'run', count: 2 },
      { from: 'run', to: 'done', count: 2 },
      { from: 'done', to: 'idle', count: 1 },
    ]);
    expect(report.toggle.find(({ path }) => path === 'busy')).toMatchObject({ rise: 1n, fall: 1n });
    expect(report.branch.map(({ hits }) => hits)).toContain(2);
  });
});
